// Package archtest holds the rules of the project's structure as tests: which package may import which, where SQL,
// Cypher and the clock may stand, how large a file may grow, which files are generated.
//
// Every rule is a function from a tree of sources to the places that break it. The tests in project_test.go ask the
// rules about the project; those in planted_test.go show each rule a small tree that breaks it, so that a rule which
// has gone blind fails too. The tables in imports.go and shape.go are meant to be edited: a new package, a new module
// or a large package takes a row, and the row is where a reviewer sees that the structure changes.
package archtest
