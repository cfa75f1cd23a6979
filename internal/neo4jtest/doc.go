// Package neo4jtest gives tests a real Neo4j, whatever the machine has.
//
// A test asks with For, and a package that does so ends its server with Main:
//
//	func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }
//
//	func TestSomething(t *testing.T) {
//		server := neo4jtest.For(t)
//		server.Clear(t.Context())
//		...
//	}
//
// # Which Neo4j
//
// None for "go test" alone, which so needs nothing but Go and takes three minutes: the tests that ask are not run. They are
// where LINTU_TEST_NEO4J is set, as the Makefile does, or LINTU_REQUIRE_NEO4J, or one of the first two of these. Then it is
// the first that works, in this order:
//
//  1. LINTU_TEST_NEO4J_URI (with LINTU_TEST_NEO4J_USER, by default neo4j, LINTU_TEST_NEO4J_PASSWORD and
//     LINTU_TEST_NEO4J_DATABASE, by default neo4j): a server that runs already. Everything in that database is deleted.
//     Test processes on one machine take turns by a lock file, because they would clear each other's data.
//  2. LINTU_TEST_NEO4J_LENT, which "go run ./internal/neo4jtest/neo4jrun COMMAND" sets for the command: servers that the
//     test processes of a run have in turn, each alone until it ends, and without anything in it (Lend).
//  3. A container engine (docker info succeeds): the image of docker-compose.yml.
//  4. A JDK or JRE from 17 and, the first time, Maven: the jars of pom.xml, kept in the user's cache folder.
//
// The last two start one server for each test process, when the first test asks, on a free loopback port with
// an empty store and the settings of deploy/neo4j/neo4j.conf. Its size is LINTU_TEST_NEO4J_HEAP (512m) and
// LINTU_TEST_NEO4J_PAGECACHE (256m), because several test processes run at once. Except in long
// forms of tests (LINTU_TEST_LONG) and in benchmarks, its plans are kept whatever the data become
// (dbms.cypher.min_replan_interval), and its Java compiles in haste (-XX:TieredStopAtLevel=1), unless the package has so many
// tests that it calls MainOfMany.
//
// If nothing works, tests that ask are not run and a box on stderr says which engine was not tested and why; with
// LINTU_REQUIRE_NEO4J=1 they fail instead. "go test" hides what a passing package printed, so a script should also
// ask "go run ./internal/neo4jtest/neo4jrun -check", which prints the same box.
//
// # No process stays
//
// The server is the child of a small shell script that reads a pipe held open by the test process. When the pipe
// closes, for whatever reason (a panic, an interrupt, a timeout of go test, kill -9), the script kills the server and
// removes its folder.
package neo4jtest
