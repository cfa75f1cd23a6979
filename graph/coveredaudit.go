package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/coverage"
	"lintu/coverage/audit"
	"lintu/coverage/trend"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
)

// audits asks for a page of findings of each area; an audit takes visits of its own.
func (b *covered) audits(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	win := b.wins[b.key(f)]
	if !b.work(f, len(covs)) {
		return
	}
	var subjects, people ast.SelectionSet
	for _, part := range [][]string{{"nodes"}, {"edges", "node"}} {
		subjects = append(subjects, b.below(f, append(slices.Clone(part), "subject")...)...)
		people = append(people, b.below(f, append(slices.Clone(part), "person")...)...)
	}
	for i, c := range covs {
		found, err := b.audit(f, c)
		if err != nil {
			b.fail(err)
			return
		}
		shown, more := cut(win, found, findingPosition, ascending)
		var of, who []kg.ID
		for j := range shown {
			of = append(of, shown[j].Subject)
			if shown[j].Person != "" {
				who = append(who, shown[j].Person)
			}
		}
		subject, person := b.placeFor(of, subjects), b.placeFor(who, people)
		conn := &model.AuditConnection{Counts: auditCounts(found)}
		total := len(found)
		conn.TotalCount = &total
		out[i].Pages[b.key(f)] = conn
		seal := b.sealing(f, win, b.at, len(shown))
		b.then(func() {
			var cursors []string
			for j := range shown {
				cursor := seal(j, findingPosition(shown[j]))
				cursors = append(cursors, cursor)
				node := model.Wrap(b.env, subject.item(shown[j].Subject))
				if node == nil && subject.asked() {
					continue
				}
				conn.Edges = append(conn.Edges, &model.AuditEdge{Cursor: cursor, Node: b.finding(&shown[j], node, person)})
			}
			conn.PageInfo = pageInfo(win, more, cursors)
		})
	}
}

// audit makes the audit that a field asks for.
func (b *covered) audit(f graphql.CollectedField, c *coverage.Coverage) ([]audit.Finding, error) {
	args := b.args(f)
	q := audit.Query{Area: c.Area, On: b.env.AsOf, Scope: b.session.Scope()}
	if f.Name == "structureAudit" {
		s := audit.StructureQuery{Query: q}
		if codes := args["codes"]; codes != nil {
			var err error
			if s.Codes, err = some[audit.Code](f.Alias + ".codes")(loaders.ToList(f.Alias+".codes", codes, named[audit.Code])); err != nil {
				return nil, err
			}
		}
		return audit.Structure(b.ctx, b.session.Visits(), s)
	}
	snap, err := b.r.snapshot()
	if err != nil {
		return nil, err
	}
	scheme, err := loaders.ToText(f.Alias+".scheme", args["scheme"])
	if err != nil {
		return nil, err
	}
	return audit.Contract(b.ctx, b.session.Visits(), snap, audit.ContractQuery{Query: q, Scheme: scheme, Targets: c.Query.Targets, Radius: c.Query.Radius})
}

// findingPosition is a finding's place in the order of findings.
func findingPosition(f audit.Finding) store.Position {
	parts := append([]string{fmt.Sprintf("%02d", f.Code.Rank()), string(f.Subject), string(f.Person)}, f.Missing...)
	return store.Position{Value: strings.Join(parts, " "), ID: f.Subject}
}

func auditCounts(found []audit.Finding) []*model.AuditCount {
	out := []*model.AuditCount{}
	for i := range found { // in the order of codes
		if n := len(out); n > 0 && out[n-1].Code == found[i].Code {
			*out[n-1].Count++
			continue
		}
		one := 1
		out = append(out, &model.AuditCount{Code: found[i].Code, Count: &one})
	}
	return out
}

func (b *covered) finding(f *audit.Finding, subject model.Node, person place) *model.AuditFinding {
	out := &model.AuditFinding{Code: f.Code, Subject: subject, Missing: f.Missing, Count: f.Count, Distance: f.Metres, Since: f.Since}
	if out.Missing == nil {
		out.Missing = []string{}
	}
	if f.Person != "" {
		out.Person = model.Wrap(b.env, person.item(f.Person))
	}
	return out
}

// trends reads a line of each area, one visit each.
func (b *covered) trends(f graphql.CollectedField, covs []*coverage.Coverage, out []*model.Coverage) {
	if !b.work(f, len(covs)) {
		return
	}
	args := b.args(f)
	from, err := loaders.ToDate(f.Alias+".from", args["from"])
	b.fail(err)
	to, err := loaders.ToDate(f.Alias+".to", args["to"])
	b.fail(err)
	for i, c := range covs {
		if b.err != nil {
			return
		}
		question, err := standing(f, args, c)
		if err != nil {
			b.fail(err)
			return
		}
		line, err := trend.Read(b.ctx, b.session.Visits(), b.session.View(b.env.AsOf), c.Area, question.Name, from, to)
		if err != nil {
			b.fail(err)
			return
		}
		out[i].Pages[b.key(f)] = trendOf(line)
	}
}

// standing is the question of a trend: the one that is named, else the one that asks what the coverage asks.
func standing(f graphql.CollectedField, args map[string]any, c *coverage.Coverage) (*trend.Question, error) {
	at := f.Alias + ".question"
	if name := args["question"]; name != nil {
		text, err := loaders.ToText(at, name)
		if err != nil {
			return nil, err
		}
		return trend.QuestionOf(at, text)
	}
	if q := trend.Standing(&c.Query); q != nil {
		return q, nil
	}
	var names []string
	for i := range trend.Questions {
		names = append(names, trend.Questions[i].Name)
	}
	return nil, kg.Invalid(at, "is not given, and no standing question asks what this coverage asks", strings.Join(names, ", "))
}

func trendOf(line *trend.Line) *model.Trend {
	out := &model.Trend{Question: line.Question, Points: []*model.TrendPoint{}}
	for i := range line.Points {
		p := &line.Points[i]
		out.Points = append(out.Points, &model.TrendPoint{Day: p.Measure.Day, Targets: &p.Measure.Targets, Covered: &p.Measure.Covered, Share: p.Share, Figures: p.Measure.Figures})
	}
	if c := line.Change(); c != nil {
		out.Change = &model.TrendChange{
			From: c.From.Measure.Day, To: c.To.Measure.Day, Targets: &c.Targets, Covered: &c.Covered, Share: c.Share, NearestP50: c.NearestP50, NearestP90: c.NearestP90,
		}
	}
	return out
}
