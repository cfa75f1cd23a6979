// Package docs holds the documentation to what the program is: its tests check links, GraphQL documents, settings,
// the map of folders, and the tables that are written from the tables of package kg. It has no other code.
//
// After a change of kg's tables or of the settings, "go test ./docs -update" writes the tables anew.
package docs
