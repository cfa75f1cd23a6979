package cli

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"lintu/doorbell"
	"lintu/doorbell/invite"
	"lintu/internal/config"
	"lintu/internal/httpapi"
	"lintu/kg"
	"lintu/store"
	"lintu/trail"
	"lintu/trust"
)

// openTrail begins the audit trail of this process. It ends after everything that writes to it, in endTrail.
func (s *service) openTrail(key store.Key) error {
	dir := s.cfg.AuditFolder()
	if dir == "" {
		s.log.Warn("no audit trail is kept: set a folder for it, so that it is known who sees what of whom", "setting", "audit")
		return nil
	}
	t, err := trail.Open(trail.Options{Dir: dir, Now: time.Now, Key: key[:], Logger: s.log})
	if err != nil {
		return fmt.Errorf("the audit trail cannot be written, and nothing is served without it: %w", err)
	}
	s.log.Info("audit trail", "folder", dir, "process", t.Process())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trail = t
	return nil
}

// anchor keeps the heads of the trail's files in the store, until ctx ends.
func (s *service) anchor(ctx context.Context, st store.Store) {
	if s.trail == nil {
		return
	}
	tick := time.NewTicker(trail.AnchorEvery)
	defer tick.Stop()
	for {
		if err := s.trail.Anchor(ctx, st); err != nil && ctx.Err() == nil {
			s.log.Warn("the audit trail was not anchored in the store; trying again", "error", err, "after", trail.AnchorEvery)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// lastAnchor is how long the end of the server waits for a store that is to keep the last anchors.
const lastAnchor = 5 * time.Second

// endTrail ends the trail's file and anchors its end.
func (s *service) endTrail() error {
	if s.trail == nil {
		return nil
	}
	err := s.trail.Close()
	ctx, cancel := context.WithTimeout(context.Background(), lastAnchor)
	defer cancel()
	if err := s.trail.Anchor(ctx, s.current); err != nil {
		s.log.Warn("the end of the audit trail is not anchored in the store", "error", err)
	}
	return err
}

// released records moves of rings by which somebody is shown something of an elder: a press, and a yes, after which the
// responder sees the door. It never keeps a ring waiting.
func (s *service) released(st store.Store, m doorbell.Moved) {
	if s.trail == nil {
		return
	}
	for _, e := range m.Events {
		r := trail.Record{Kind: trail.Operation, Via: "ring", Viewer: e.Actor, Name: string(e.Event), Write: true, Result: "ok", Ring: m.After.ID, Subjects: trail.SubjectsOf([]kg.ID{m.Household})}
		switch e.Event {
		case kg.EventRang:
			s.trail.Aside(r)
		case kg.EventAccepted:
			r.Kind, r.Alert, r.Purpose = trail.Release, kg.ID(e.Alert), trust.Dispatch
			s.beside.Go(func() {
				r.Subjects = trail.SubjectsOf(append(s.residents(st, m.Household), m.Household))
				s.trail.Aside(r)
			})
		}
	}
}

// residents are the people who live in a household; none where the store does not say in time.
func (s *service) residents(st store.Store, household kg.ID) (people []kg.ID) {
	ctx, cancel := context.WithTimeout(context.Background(), lastAnchor)
	defer cancel()
	plan := &store.Plan{Steps: []*store.Step{{Key: "residents", On: []kg.Kind{kg.KindHousehold}, Relation: kg.LivesIn, Direction: kg.In, Window: store.Window{Limit: store.NoLimit}}}}
	view := store.View{Scope: store.Scope{All: true}, AsOf: kg.DateOf(time.Now(), s.cfg.Zone)}
	found, err := st.Nodes(ctx, view, []store.Group{{IDs: []kg.ID{household}, Plan: plan}})
	if err != nil || found[0][household] == nil {
		return nil
	}
	if page := found[0][household].Tree["residents"]; page != nil {
		for _, e := range page.Edges {
			people = append(people, e.Item.Node.Common().ID)
		}
	}
	return people
}

// shownDoors is a doorbell whose doors are recorded when a page shows them.
type shownDoors struct {
	invite.Bell
	trail *trail.Trail
}

// Door implements invite.Bell.
func (b shownDoors) Door(ctx context.Context, ring kg.ID) (string, error) {
	door, err := b.Bell.Door(ctx, ring)
	if err == nil {
		r := trail.Record{Kind: trail.Operation, Via: "link", Name: "door", Ring: ring, Result: "ok", Request: httpapi.RequestID(ctx)}
		r.By(trust.From(ctx))
		if found, err := b.Look(ctx, ring); err == nil {
			r.Subjects = trail.SubjectsOf([]kg.ID{found.Household})
		}
		b.trail.Aside(r)
	}
	return door, err
}

// recorded writes the record of a command that shows or takes along something of people, before it does. Where there is no
// folder for it, it says so.
func (p Program) recorded(ctx context.Context, cfg *config.Config, st store.Store, r trail.Record) error {
	dir := cfg.AuditFolder()
	if dir == "" {
		fmt.Fprintf(p.Stderr, "warning: this is not in the audit trail; set %s to its folder\n", config.EnvName("audit"))
		return nil
	}
	status, err := st.Ready(ctx)
	if err != nil {
		return err
	}
	t, err := trail.Open(trail.Options{Dir: dir, Now: time.Now, Key: status.Key[:], Logger: cfg.Logger(p.Stderr)})
	if err != nil {
		return fmt.Errorf("%w: %w", trail.ErrUnwritten, err)
	}
	defer func() { _ = t.Close() }()
	r.Kind, r.Via, r.Result = trail.Operation, "command", cmp.Or(r.Result, "ok")
	r.By(trust.TheOperator())
	return t.Append(ctx, r)
}

// auditOf is what map layers and tables write to; nil where there is no trail.
func (s *service) auditOf() func(*http.Request, trust.Viewer, trail.Record) error {
	if s.trail == nil {
		return nil
	}
	return func(r *http.Request, v trust.Viewer, record trail.Record) error {
		record.Request = httpapi.RequestID(r.Context())
		record.By(v)
		return s.trail.Append(r.Context(), record)
	}
}
