// Package own 本人 is what people may ask for about themselves: consents to purposes and their withdrawal, everything that is
// held about a person, corrections, and to be erased. Who may ask for whom is decided by the caller; everything here goes
// through the store's contract, in one batch a move.
package own
