// Package acceptance asks whole GraphQL questions of both engines, through the same handler that the server has:
// their answers, what each costs in visits to the store, and what bad input is told. It holds tests only.
package acceptance
