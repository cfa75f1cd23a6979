package graph

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
	"lintu/trail"
)

// WhoSaw is who saw or changed something of a person, or of where they live.
func (r *query) WhoSaw(ctx context.Context, person kg.ID, since *model.Instant, first int, after *string) (*model.SightingConnection, error) {
	id, err := existing(ctx, "person", person, kg.KindPerson)
	if err != nil {
		return nil, err
	}
	return r.sightings(ctx, id, since, first, after)
}

// WhoSawMe is who saw or changed something of the viewer's own record, or of where they live.
func (r *query) WhoSawMe(ctx context.Context, since *model.Instant, first int, after *string) (*model.SightingConnection, error) {
	me := loaders.From(ctx).Viewer().Person
	if me == "" {
		return nil, kg.Invalid("whoSawMe", "your key or token names no person, so that nobody knows whose record is yours", "a key or token that names your record")
	}
	return r.sightings(ctx, me, since, first, after)
}

// sightings are the records about a person, and about the households where they live as far as the viewer sees them.
func (r *resolver) sightings(ctx context.Context, person kg.ID, since *model.Instant, first int, after *string) (*model.SightingConnection, error) {
	w, err := r.trailWindow(ctx, since, first, after)
	if err != nil {
		return nil, err
	}
	session := loaders.From(ctx)
	plan := &store.Plan{Steps: []*store.Step{{Key: "homes", On: []kg.Kind{kg.KindPerson}, Relation: kg.LivesIn, Direction: kg.Out, Window: store.Window{Limit: store.NoLimit}}}}
	found, err := session.Fetch(ctx, session.Today(), []store.Group{{IDs: []kg.ID{person}, Plan: plan}})
	if err != nil {
		return nil, err
	}
	ids := []kg.ID{person}
	if item := found[0][person]; item != nil && item.Tree["homes"] != nil {
		for _, e := range item.Tree["homes"].Edges {
			ids = append(ids, e.Item.Node.Common().ID)
		}
	}
	session.Wrote(person) // who asks who saw somebody is recorded as well
	page, err := r.audits.WhoSaw(ctx, ids, w.Window)
	if err != nil {
		return nil, err
	}
	out := &model.SightingConnection{Edges: []*model.SightingEdge{}, Nodes: []*model.Sighting{}, Unlisted: page.Unlisted}
	var cursors []string
	for i := range page.Records {
		record := &page.Records[i]
		node := sighting(record, person)
		cursors = append(cursors, sealPlace(ctx, record.Mark()))
		out.Nodes = append(out.Nodes, node)
		out.Edges = append(out.Edges, &model.SightingEdge{Node: node, Cursor: cursors[i]})
	}
	out.PageInfo = pageInfo(slice{after: w.after}, page.More, cursors)
	return out, nil
}

func sighting(r *trail.Record, person kg.ID) *model.Sighting {
	return &model.Sighting{
		ID: r.ID(), At: moment(r.At), Viewer: r.Viewer, Roles: rolesOf(r), Purpose: textOrNone(string(r.Purpose)), Reason: textOrNone(r.Reason),
		Via: textOrNone(r.Via), Operation: textOrNone(r.Name), Write: r.Write, Release: r.Kind == trail.Release,
		HouseholdOnly: !slices.Contains(r.People, person), People: r.PeopleCount, Households: r.HouseholdCount, Result: textOrNone(r.Result),
	}
}

func rolesOf(r *trail.Record) []string {
	roles := []string{}
	for _, role := range r.Roles {
		roles = append(roles, string(role))
	}
	return roles
}

// textOrNone is a text that may be absent.
func textOrNone(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func moment(m kg.Moment) model.Instant { return model.NewInstant(m.Time()) }

func momentOrNone(r *trail.Record) (at *model.Instant, by *string) {
	if r == nil {
		return nil, nil
	}
	m := moment(r.At)
	return &m, &r.Viewer
}

// trailWindow reads the arguments of a page of the trail.
func (r *resolver) trailWindow(ctx context.Context, since *model.Instant, first int, after *string) (w trailPage, err error) {
	if r.audits == nil {
		return w, fmt.Errorf("no audit trail is kept here; set a folder for it: %w", kg.ErrUnavailable)
	}
	if most := r.sessions.LargestPage(); first < 1 || first > most {
		return w, kg.Invalid("first", strconv.Itoa(first), fmt.Sprintf("1 to %d", most))
	}
	w.Limit = first
	if since != nil {
		w.Since = kg.MomentOf(since.At(time.Time{}))
	}
	if after == nil {
		return w, nil
	}
	p, _, err := loaders.From(ctx).Cursors().Open("after", loaders.Question(ctx), *after)
	if err != nil {
		return w, err
	}
	sequence, ok := p.Value.(int64)
	process, at, found := strings.Cut(string(p.ID), "@")
	if !ok || !found {
		return w, kg.Invalid("after", "not a cursor of this question", "a cursor that the same question gave")
	}
	w.after, w.After = &p, &trail.Mark{At: kg.Moment(at), Process: process, Sequence: sequence}
	return w, nil
}

// trailPage is a page of the trail, and the cursor that it begins after.
type trailPage struct {
	trail.Window
	after *store.Position
}

// sealPlace is the cursor of a place among records.
func sealPlace(ctx context.Context, m trail.Mark) string {
	return loaders.From(ctx).Cursors().Seal(loaders.Question(ctx), 0, store.Position{Value: m.Sequence, ID: kg.ID(m.Process + "@" + string(m.At))})
}
