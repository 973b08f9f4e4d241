#' Set every seed
#'
#' Seeds R, Python, NumPy and TensorFlow, so that a script gives the same numbers each time.
#'
#' `set.seed()` alone does so too: when R's random numbers have moved since the last layer, model or training, the next one
#' takes its seed from where they are, and leaves them there (a generator other than R's default, see `RNGkind()`,
#' moves on by one number). What was seeded in Python itself, here or by `tf$random$set_seed()`, stays as it is until
#' the next `set.seed()`.
#'
#' @param seed a whole number.
#' @param ... not used.
#' @returns `NULL`, invisibly.
#' @family set-up
#' @export
#' @examplesIf tfbridge::is_ready()
#' set_random_seed(1)
set_random_seed <- function(seed, ...) {
  check_no_more(...)
  cross("randomness.set_random_seed", seed)
  set.seed(seed)
  note_seen(random_state())
  invisible()
}

random_state <- function() globalenv()[[".Random.seed"]]

set_random_state <- function(state) {
  global <- globalenv()
  global[[".Random.seed"]] <- state
}

#' Has Python's random numbers follow R's
#'
#' Called where layers, models and initializers are made and models trained. What Python draws then is a function of the
#' state of R's generator; that is only read, so R's own random numbers stay the same.
#' @noRd
follow_seed <- function() {
  state <- random_state()
  if (is.null(state) || is_seen(state)) return(invisible())
  seen <- the$random_state
  seed <- seed_of(state)
  if (!cross("randomness.follow", seed) && !is.null(seen) && !drawn_from(seen, state)) {
    cross("randomness.follow", seed, TRUE)
  }
  note_seen(state)
}

# Whether `set.seed()` was called since the last look cannot be told by comparing: it may have been given the same seed. But
# of the 624 words of the Mersenne Twister (the third element on), 31 bits of the first have no part in any further number
# once that word is used up, which it is in all states that R keeps. They hold a mark until R is seeded, or makes the next
# 624 numbers. (By their addresses states cannot be told apart either: each call of reticulate writes a copy.) States of
# other generators have no such place: those move on by one number, so that the same seed is told from what was left.

seen_mark <- 0x7466L

is_twister <- function(state) state[[1L]] %% 100L == 3L

marked_word <- function(word) if (is.na(word) || word < 0L) seen_mark - .Machine$integer.max - 1L else seen_mark

is_seen <- function(state) {
  if (is_twister(state)) identical(state[[3L]], marked_word(state[[3L]])) else identical(state, the$random_state)
}

note_seen <- function(state) {
  if (is_twister(state)) {
    state[[3L]] <- marked_word(state[[3L]])
    set_random_state(state)
  } else {
    stats::runif(1L)
  }
  the$random_state <- random_state()
  invisible()
}

#' A seed that a state of R's generator gives; the state stays
#' @noRd
seed_of <- function(state) {
  on.exit(set_random_state(state))
  sample.int(.Machine$integer.max, 1L)
}

#' Whether R's generator came from one state to another by draws alone, not by `set.seed()`; asked when Python was seeded by
#' itself
#' @noRd
drawn_from <- function(seen, state, most = 5000L) {
  if (!identical(seen[[1L]], state[[1L]])) return(FALSE)
  on.exit(set_random_state(state))
  set_random_state(seen)
  # The words of the Twister are made 624 at once; its second element counts them.
  step <- if (is_twister(state)) 624L else 1L
  for (i in seq_len(most)) {
    stats::runif(step)
    if (identical(random_state()[-2L], state[-2L])) return(TRUE)
  }
  FALSE
}
