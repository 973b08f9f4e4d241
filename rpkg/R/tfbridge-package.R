#' Deep learning from R with TensorFlow and Keras
#'
#' Tensors that behave as R arrays ([as_tensor()], [subset-tensors]), layers that compose by pipe ([layer_dense()] and its
#' family), models ([keras_model_sequential()], [keras_model()]), training ([fit.keras.models.Model()]) and classes written
#' in R ([new_layer_class()]). Python starts at the first use.
#'
#' @keywords internal
#' @importFrom rlang caller_env list2 .data
#' @useDynLib tfbridge, .registration = TRUE
"_PACKAGE"

#' @importFrom magrittr %>%
#' @export
magrittr::`%>%`

#' @importFrom magrittr %<>%
#' @export
magrittr::`%<>%`

#' @importFrom zeallot %<-%
#' @export
zeallot::`%<-%`

# Generics of another package that every script here calls: ?fit and ?compile lead to their methods' pages.
#' @importFrom generics compile fit
#' @export compile fit
NULL

#' @importFrom stats predict
NULL

.onAttach <- function(libname, pkgname) {
  # R prints a message about `%*%` otherwise; masking it (before R 4.3) is the intent.
  assign(".conflicts.OK", TRUE, envir = as.environment("package:tfbridge"))
}

# What methods of classes find in reach when they run.
utils::globalVariables(c("self", "super", "private"))

# Formals of functions that class_definer() makes.
utils::globalVariables(c("classname", "public", "active", "inherit", "parent_env"))
