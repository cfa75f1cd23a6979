// Package kg is the domain of Lintu: the kinds of things, the relations that tie them, the table of their
// fields, and what a filter means.
//
// Everything else reads its tables: both engines make their columns and indexes from the field table and the
// relation table, the GraphQL schema is written from them, and so are import headers, masks and search. A new
// field or relation is added here first.
//
// kg imports geo and text and nothing else of the project.
package kg
