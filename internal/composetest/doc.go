// Package composetest checks docker-compose.yml, Dockerfile and what they use against each other, with the loader and
// the schema of the Compose specification, because where Lintu is built no container engine need run. It holds tests
// only; that the mounted Neo4j settings work is shown by internal/neo4jtest, whose real Neo4j loads them.
package composetest
