package floor

import (
	"context"
	"fmt"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// FilesInNeo4j are Files in a Neo4j: nodes with a label for their file and one for all, ties with a type. The usual advice
// for loading is taken: one constraint that finds nodes, UNWIND over maps, nodes first.
type FilesInNeo4j struct {
	*Neo4j
	tables []*table
}

var _ Files = (*FilesInNeo4j)(nil)

// NewFilesInNeo4j connects to a Neo4j whose database is empty, without indexes and constraints too.
func NewFilesInNeo4j(uri, user, password, database string) (*FilesInNeo4j, error) {
	n, err := OpenNeo4j(uri, user, password, database)
	return &FilesInNeo4j{Neo4j: n}, err
}

// childOf is the type of the ties of a register, from parent_code.
const childOf = "parent"

// Import implements Files.
func (n *FilesInNeo4j) Import(ctx context.Context, from string) (rows int, err error) {
	if n.tables, err = tables(from); err != nil {
		return 0, err
	}
	session := n.driver.NewSession(ctx, neo4j.SessionConfig{DatabaseName: n.database})
	defer func() { _ = session.Close(ctx) }()
	write := func(statement string, rows []any) error {
		_, err := session.ExecuteWrite(ctx, func(tx neo4j.ManagedTransaction) (any, error) {
			result, err := tx.Run(ctx, statement, map[string]any{"rows": rows})
			if err != nil {
				return nil, err
			}
			return result.Consume(ctx)
		})
		return err
	}
	result, err := session.Run(ctx, "CREATE CONSTRAINT FOR (n:Node) REQUIRE n.id IS UNIQUE", nil)
	if err != nil {
		return 0, err
	}
	if _, err := result.Consume(ctx); err != nil {
		return 0, err
	}
	rows, err = inEach(n.tables, func(t *table) (int, error) {
		statement, params := t.creation()
		return t.batches(func(rows [][]string) error { return write(statement, params(rows)) })
	})
	if err != nil {
		return rows, err
	}
	_, err = inEach(n.tables, func(t *table) (int, error) { // a register's ties, when all of its nodes are there
		if t.parent < 0 {
			return 0, nil
		}
		return t.batches(func(rows [][]string) error {
			var ties []any
			for _, row := range rows {
				if row[t.parent] != "" {
					ties = append(ties, map[string]any{"from": row[t.key], "to": row[t.parent], "p": map[string]any{}})
				}
			}
			return write(tieCreation(childOf), ties)
		})
	})
	return rows, err
}

// creation is the statement that creates rows of a table, and its parameters. Empty cells are no properties.
func (t *table) creation() (statement string, params func(rows [][]string) []any) {
	statement = fmt.Sprintf("UNWIND $rows AS r CREATE (n:Node:`%s`) SET n = r.p", t.name)
	if t.tie() {
		statement = tieCreation(t.name)
	}
	return statement, func(rows [][]string) []any {
		all := make([]any, len(rows))
		for i, row := range rows {
			properties := map[string]any{}
			for j, cell := range row {
				switch {
				case cell == "" || j == t.from || j == t.to || j == t.parent:
				case j == t.key:
					properties["id"] = cell
				default:
					properties[t.columns[j]] = cell
				}
			}
			r := map[string]any{"p": properties}
			if t.tie() {
				r["from"], r["to"] = row[t.from], row[t.to]
			}
			all[i] = r
		}
		return all
	}
}

func tieCreation(name string) string {
	return fmt.Sprintf("UNWIND $rows AS r MATCH (a:Node {id: r.from}) MATCH (b:Node {id: r.to}) CREATE (a)-[t:`%s`]->(b) SET t = r.p", name)
}

// Export implements Files, for what came from a folder.
func (n *FilesInNeo4j) Export(ctx context.Context, folder string) (int, error) {
	session := n.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, DatabaseName: n.database})
	defer func() { _ = session.Close(ctx) }()
	return inEach(n.tables, func(t *table) (int, error) {
		return t.write(folder, func(row func([]string) error) error {
			result, err := session.Run(ctx, t.reading(), nil)
			if err != nil {
				return err
			}
			cells := make([]string, len(t.columns))
			for result.Next(ctx) {
				for i, v := range result.Record().Values {
					cells[i] = str(v)
				}
				if err := row(cells); err != nil {
					return err
				}
			}
			return result.Err()
		})
	})
}

// reading is the statement that gives a table's rows.
func (t *table) reading() string {
	var all []string
	for i, c := range t.columns {
		switch {
		case i == t.from:
			all = append(all, "a.id")
		case i == t.to:
			all = append(all, "b.id")
		case t.tie():
			all = append(all, "t.`"+c+"`")
		default:
			all = append(all, "n.`"+c+"`")
		}
	}
	if t.tie() {
		return fmt.Sprintf("MATCH (a)-[t:`%s`]->(b) RETURN %s ORDER BY a.id, t.id", t.name, strings.Join(all, ", "))
	}
	return fmt.Sprintf("MATCH (n:`%s`) RETURN %s ORDER BY n.id", t.name, strings.Join(all, ", "))
}
