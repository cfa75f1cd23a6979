package cli

import (
	"context"

	"lintu/graph"
	"lintu/graph/limits"
	"lintu/graph/trusted"
	"lintu/internal/config"
)

// limitsOf are the settings as the GraphQL edge takes them.
func limitsOf(c config.Limits) *limits.Limits {
	l := limits.Limits{
		Document: limits.Document{Tokens: c.Tokens, Depth: c.Depth, Aliases: c.Aliases, Roots: c.Roots, Directives: c.Directives},
		Cost:     c.Cost, AnalystCost: c.AnalystCost, Nodes: c.Nodes,
		Rate: float64(c.Rate), Burst: c.Burst,
		Concurrency: c.Concurrency,
	}
	if l.Concurrency == 0 {
		l.Concurrency = limits.DefaultConcurrency()
	}
	return &l
}

// readDocuments reads the manifest of trusted documents, if there is one.
func (s *service) readDocuments() (*trusted.Documents, error) {
	o := trusted.Options{
		Mode: trusted.Mode(s.cfg.DocumentsMode), Keep: s.cfg.Limits.Persisted,
		Unknown: func(ctx context.Context, hash string) {
			s.log.InfoContext(ctx, "a document that is not in the manifest", "sha256", hash)
		},
	}
	if s.cfg.Documents != nil {
		manifest, err := graph.ReadManifest(s.cfg.Documents)
		if err != nil {
			return nil, err
		}
		o.Manifest = manifest
	}
	return trusted.New(o), nil
}
