// Package text fixes what text means in Lintu: how it is normalised, the order
// it is sorted in, and which names a search finds. Both engines store what
// this package computed and never decide on their own, so that they give the
// same hits in the same order. It is pure, and safe for concurrent use.
//
// Strings that this package returns are valid UTF-8 and are promised to be
// compared by code point, which is Go's own order of strings.
package text

// Version counts the changes of what this package computes. A store whose meta
// carries another textVersion must compute its text columns anew.
const Version = 3
