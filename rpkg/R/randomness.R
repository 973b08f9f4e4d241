#' Set every seed
#'
#' Seeds R, Python, NumPy and TensorFlow, so that a script gives the same numbers each time.
#'
#' `set.seed()` alone does so too: when R's random numbers have moved since the last layer, model or training, the next one
#' takes its seed from where they are, and leaves them there. What was seeded in Python itself, here or by
#' `tf$random$set_seed()`, stays as it is until the next `set.seed()`.
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
  the$random_state <- random_state()
  invisible()
}

random_state <- function() globalenv()[[".Random.seed"]]

#' Has Python's random numbers follow R's
#'
#' Called where layers, models and initializers are made and models trained. R writes a new vector whenever its generator is
#' seeded or drawn from, so an unchanged one costs a look.
#' @noRd
follow_seed <- function() {
  state <- random_state()
  seen <- the$random_state
  if (is.null(state) || rlang::is_reference(state, seen)) return(invisible())
  the$random_state <- state
  seed <- seed_of(state)
  if (!cross("randomness.follow", seed) && !is.null(seen) && !drawn_from(seen, state)) {
    cross("randomness.follow", seed, TRUE)
  }
  invisible()
}

#' A seed that a state of R's generator gives; the state stays
#' @noRd
seed_of <- function(state) {
  on.exit(assign(".Random.seed", state, envir = globalenv()))
  sample.int(.Machine$integer.max, 1L)
}

#' Whether R's generator came from one state to another by draws alone, not by `set.seed()`
#'
#' The Mersenne Twister makes 624 numbers at a time; the second element says how many of them are used up.
#' @noRd
drawn_from <- function(seen, state, most = 5000L) {
  kind <- state[[1L]] %% 100L
  if (kind != 3L || !identical(seen[[1L]], state[[1L]])) return(identical(seen[[1L]], state[[1L]]))
  if (identical(seen[-2L], state[-2L])) return(state[[2L]] > seen[[2L]])
  on.exit(assign(".Random.seed", state, envir = globalenv()))
  assign(".Random.seed", seen, envir = globalenv())
  for (i in seq_len(most)) {
    stats::runif(624L)
    if (identical(random_state()[-2L], state[-2L])) return(TRUE)
  }
  FALSE
}
