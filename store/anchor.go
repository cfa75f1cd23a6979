package store

import (
	"context"

	"lintu/kg"
)

// Anchor is the head of a file of the audit trail at some moment: a file that was written anew, cut or taken away does not
// fit it any more.
type Anchor struct {
	File     string
	Sequence int64
	Hash     string
	At       kg.Moment
}

// Anchors is what engines offer beside the contract for the audit trail. An anchor is no node: no question, no edit, no file
// and no revision knows of it.
type Anchors interface {
	// KeepAnchors keeps the latest anchor of each file; one with a smaller sequence than is kept changes nothing.
	KeepAnchors(ctx context.Context, anchors []Anchor) error
	// Anchors are those that are kept, by file.
	Anchors(ctx context.Context) ([]Anchor, error)
}
