// Package records is how people edit the graph: one edit is an ordered list of changes, made together or not at all.
//
// It promises: a change of what is on record names the version that it counts on, and an edit that counts on an old
// version changes nothing, so no update is lost. A thing that an edit creates can be named by a key in the changes after
// it. Ids are random; two things of one natural key are a problem, never merged. What an editor may not see does not
// exist for the edit, and nothing can be put outside the editor's areas. An edit with an id may be sent again: it gives
// the first result. When Apply returns, the hook has been told, so that what this process answers holds the edit.
package records
