// Package postgraphile runs PostGraphile on a PostgreSQL of its own, as a peer for the benchmark; README.md here says
// what it gets and why. Nothing stays when it is stopped but the installed packages.
package postgraphile
