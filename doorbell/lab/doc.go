// Package lab asks what would happen: which doors would wait in vain this evening, and how one policy fares beside
// another over thousands of rings. Rings are played by doorbell.Rehearsal, so by the very moves of the doorbell, over
// the people and places of a store; what people answer is supposed, see Answers. The same seed gives the same numbers.
package lab
