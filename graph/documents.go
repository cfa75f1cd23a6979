package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"lintu/graph/generated"
	"lintu/graph/trusted"
)

// ReadManifest reads a manifest of trusted documents, all of which this schema must be able to answer.
func ReadManifest(raw []byte) (*trusted.Manifest, error) {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	return trusted.Parse(raw, func(text string) error {
		_, err := gqlparser.LoadQueryWithRules(schema, text, rules.NewDefaultRules())
		if len(err) > 0 {
			return err
		}
		return nil
	})
}

// Documents that were parsed and validated are kept: so many, and none that is longer. With them nobody can fill the
// memory.
const (
	keptDocuments = 500
	longestToKeep = 16 << 10 // bytes of text; the playground's longest question has two thousand
)

// parsedDocuments is the executor's cache of documents.
type parsedDocuments struct{ kept *lru.LRU[*ast.QueryDocument] }

func newParsedDocuments() parsedDocuments {
	return parsedDocuments{lru.New[*ast.QueryDocument](keptDocuments)}
}

// Get finds a document by its text.
func (d parsedDocuments) Get(ctx context.Context, text string) (*ast.QueryDocument, bool) {
	return d.kept.Get(ctx, text)
}

// Add keeps a document.
func (d parsedDocuments) Add(ctx context.Context, text string, doc *ast.QueryDocument) {
	if len(text) <= longestToKeep {
		d.kept.Add(ctx, text, doc)
	}
}
