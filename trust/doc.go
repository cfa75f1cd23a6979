// Package trust says who asks and what they may: roles, the rights that roles give, the areas a viewer serves, and the
// purposes that open personal detail. It decides nothing about data; package loaders, the edge and the services ask it.
package trust
