// Package neo4j holds the settings file of the Neo4j that Lintu runs on, so that the tests' real Neo4j loads the very
// file that docker-compose.yml mounts.
package neo4j

import _ "embed"

// Conf is the text of neo4j.conf.
//
//go:embed neo4j.conf
var Conf string
