library(testthat)
library(tfbridge)

test_check("tfbridge")
