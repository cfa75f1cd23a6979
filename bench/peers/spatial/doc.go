// Package spatial measures coverage and advice beside the Python programs that analysts use for such questions, on the
// same exported town: PySAL access (two-step floating catchment), PySAL spopt (maximal covering location, with its
// solver) and scikit-learn (counts within a radius by a ball tree). README.md here says what each gets and why.
package spatial
