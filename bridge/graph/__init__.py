"""R functions as graphs."""
