package acceptance

import (
	"path/filepath"
	"testing"

	"lintu/web"
)

// articleCosts are the calls of the store and the statements of each ready question: one call a root field, one more
// where a point is given. What coverage counts costs nothing; audits look rule by rule.
var articleCosts = map[string]struct{ calls, statements int }{
	"unit-coverage":        {1, 1},
	"nearby":               {1, 1},
	"cover-by-hour":        {2, 2},
	"elders-no-lift":       {1, 2},
	"near-building":        {2, 3},
	"party-ladder":         {1, 11},
	"joint-committee":      {1, 5},
	"two-ladders":          {8, 8},
	"branches-no-group":    {1, 4},
	"hubs-no-member":       {1, 4},
	"posts-apart":          {1, 2},
	"three-posts":          {1, 2},
	"vacant-heads":         {4, 5},
	"grids-no-worker":      {2, 3},
	"officers-sent":        {1, 5},
	"delegates-grids":      {2, 5},
	"unit-members":         {1, 6},
	"units-no-seat":        {1, 2},
	"units-unpaired":       {1, 3},
	"not-placed-twice":     {2, 8},
	"not-registered":       {1, 4},
	"nobody-responsible":   {1, 2},
	"duty-or-building":     {1, 2},
	"five-ones":            {1, 2},
	"slots-of-compounds":   {1, 2},
	"overloaded":           {1, 2},
	"elder-household":      {1, 5},
	"on-duty":              {1, 2},
	"doorbell-no-contact":  {1, 4},
	"four-parties":         {2, 9},
	"compounds-unmanaged":  {1, 3},
	"compounds-no-station": {2, 4},
	"containment":          {1, 5},
	"search-initials":      {1, 8},
	"unit-elder-path":      {6, 75},
	"elders-by-area":       {7, 8},
	"as-of":                {2, 3},
	"coverage-drill-down":  {1, 1},
	"coverage-week":        {1, 1},
	"coverage-gaps":        {1, 2},
	"coverage-next":        {1, 1},
	"coverage-supply":      {0, 0},
	"coverage-duty":        {1, 1},
	"coverage-canteens":    {1, 1},
	"contract-audit":       {2, 2},
	"structure-audit":      {42, 48},
}

func TestEachReadyQuestionMakesExactlyItsCalls(t *testing.T) {
	if len(articleCosts) != len(web.Questions()) {
		t.Errorf("%d costs for %d questions", len(articleCosts), len(web.Questions()))
	}
	engines(t, sampleData, func(t *testing.T, e *edge) {
		for _, q := range asked(e, web.Questions()) {
			cost, want := e.data(t, q.Query, e.prepare(t, q)).Extensions.Cost, articleCosts[q.ID]
			if cost.StoreCalls != want.calls {
				t.Errorf("%s: %d calls of the store, want %d", q.ID, cost.StoreCalls, want.calls)
			}
			exact, most := filepath.Base(t.Name()) == "sqlite", want.statements
			if cost.Statements > most || exact && cost.Statements != want.statements {
				t.Errorf("%s: %d statements, want %d", q.ID, cost.Statements, want.statements)
			}
		}
	})
}
