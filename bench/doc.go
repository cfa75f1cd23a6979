// Package bench measures Lintu on whole towns: the real binary in a process of its own, asked over HTTP by another
// process, on each engine, beside the floor (package floor: the same answers by the best statement by hand, without
// GraphQL).
//
// Every figure of Lintu is taken in turn with the same figure of the floor, round by round on the same machine and
// store, so that what else the machine does hits both; the ratios are what to read, the milliseconds are this
// machine's. Answers of both sides are compared first, field by field. No test asserts a time.
//
// The command benchrun runs it; "make bench" and benchrun --help say how. A test runs every workload once on a village.
package bench
