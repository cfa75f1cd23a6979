// Package floor answers the benchmark's questions with as little as an engine allows: for each the best statement that
// we can write by hand, run through the engine's own driver, scanned into plain structs and written by encoding/json
// from a plain net/http handler. There is no GraphQL, no plan, no session, no cursor that is sealed, nothing that can
// answer any other question.
//
// So the time of the same question through Lintu, divided by the time here, is what the generality of Lintu costs.
// Answers must be equal, field by field; a test and every run of the benchmark see to that. Questions about distance
// take the people from the same snapshot as Lintu does (package reach, whose own floor is measured beside it), and read
// what is shown of them by a statement of their own.
//
// This is the only place outside the engines that holds statements, and nothing but the benchmark may import it.
package floor
