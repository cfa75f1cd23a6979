package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"lintu/doorbell/feed"
	"lintu/graph/generated"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
	"lintu/trust"
)

// Subscription implements generated.ResolverRoot.
func (r *resolver) Subscription() generated.SubscriptionResolver { return &subscription{r} }

// subscription resolves the fields of Subscription: a feed's events, each hydrated once for all streams that ask the same.
type subscription struct{ *resolver }

// RingEvents is what happens to rings.
func (s *subscription) RingEvents(ctx context.Context, area *kg.ID, after *string) (<-chan *model.RingNews, error) {
	id, err := inArea(ctx, "area", area)
	if err != nil {
		return nil, err
	}
	return stream(ctx, s, feed.Topic{Area: id}, after, s.ringNews, func(err error) *model.RingNews { return &model.RingNews{Err: err} })
}

// MyAlerts is what happens to the alerts of a person.
func (s *subscription) MyAlerts(ctx context.Context, person kg.ID, after *string) (<-chan *model.AlertNews, error) {
	id, err := mayWatch(ctx, "person", person)
	if err == nil {
		err = anybody(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	return stream(ctx, s, feed.Topic{Person: id}, after, s.alertNews, func(err error) *model.AlertNews { return &model.AlertNews{Err: err} })
}

// anybody says that a person exists, for who sees people in the graph.
func anybody(ctx context.Context, id kg.ID) error {
	if v := loaders.From(ctx).Viewer(); !v.May(trust.Rings) {
		return nil // oneself, who may be in no area that one sees
	}
	_, err := existing(ctx, "person", id, kg.KindPerson)
	return err
}

// stream listens to a topic for one client. show makes a message of an event, nil where there is nothing to show any more;
// the last message of a stream that fails is made by failed.
func stream[N any](ctx context.Context, s *subscription, t feed.Topic, after *string, show func(context.Context, *feed.Event) (*N, error), failed func(error) *N) (<-chan *N, error) {
	if s.feed == nil {
		return nil, fmt.Errorf("no doorbell is served here: %w", kg.ErrUnavailable)
	}
	mark, err := openMark(ctx, after)
	if err != nil {
		return nil, err
	}
	sub, err := s.feed.Subscribe(ctx, t, mark)
	if err != nil {
		return nil, err
	}
	out := make(chan *N)
	go func() {
		defer close(out)
		defer sub.Close()
		for {
			n, err := next(ctx, s, sub, show)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				select {
				case out <- failed(err):
				case <-ctx.Done():
				}
				return
			}
			if n == nil {
				continue
			}
			select {
			case out <- n:
			case <-sub.Done(): // the feed goes on without this client; Next says so
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

// next is a client's next message. A panic while it is made is the stream's error and nobody else's.
func next[N any](ctx context.Context, s *subscription, sub *feed.Subscription, show func(context.Context, *feed.Event) (*N, error)) (n *N, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.log.ErrorContext(ctx, "panic in a stream", "panic", v)
			err = errPanic
		}
	}()
	e, err := sub.Next(ctx)
	if err != nil {
		return nil, err
	}
	made, err := s.news.of(e, askedBy(ctx), func() (any, error) {
		visit, cancel := context.WithTimeout(context.WithoutCancel(ctx), newsTimeout) // others wait for it too
		defer cancel()
		fresh := s.afresh(visit)
		n, err := show(fresh, e)
		saw, named, _ := loaders.From(fresh).Subjects()
		return &shownNews[N]{n, saw, named}, err
	})
	if err != nil {
		return nil, err
	}
	m := made.(*shownNews[N])
	loaders.From(ctx).Saw(m.saw...) // to this client too
	loaders.From(ctx).Named(m.named...)
	return m.n, nil
}

// shownNews is a message with those whom it shows.
type shownNews[N any] struct {
	n          *N
	saw, named []kg.ID
}

// newsTimeout is how long the reading for one message may take.
const newsTimeout = 5 * time.Second

// afresh is a context in which a message is made: a session of its own, whose day and viewer are those of now, and
// nothing that is remembered of the messages before it.
func (s *subscription) afresh(ctx context.Context) context.Context {
	op := graphql.GetOperationContext(ctx)
	return s.sessions.Begin(graphql.WithOperationContext(ctx, &graphql.OperationContext{
		RawQuery: op.RawQuery, Variables: op.Variables, OperationName: op.OperationName, Doc: op.Doc, Headers: op.Headers, Operation: op.Operation,
		DisableIntrospection: op.DisableIntrospection, RecoverFunc: op.RecoverFunc, ResolverMiddleware: op.ResolverMiddleware, RootResolverMiddleware: op.RootResolverMiddleware,
	}))
}

func (s *subscription) ringNews(ctx context.Context, e *feed.Event) (*model.RingNews, error) {
	h := newHydration(ctx, loaders.From(ctx).Today())
	event, err := h.shown(ctx, kg.KindRingEvent, "event", e.ID)
	if err != nil {
		return nil, err
	}
	ring, err := h.shown(ctx, kg.KindRing, "ring", e.Ring)
	if err != nil {
		return nil, err
	}
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	news := &model.RingNews{Mark: sealMark(ctx, e.Mark), Clock: kg.MomentOf(s.now())}
	news.Entry = model.To[*model.RingEvent](h.env, event.item(e.ID))
	news.Whole = model.To[*model.Ring](h.env, ring.item(e.Ring))
	if event.asked() && news.Entry == nil || ring.asked() && news.Whole == nil {
		return nil, nil // gone meanwhile
	}
	if slices.ContainsFunc(h.fields(h.root), func(f graphql.CollectedField) bool { return f.Name == "status" }) {
		r, err := s.bell.Look(ctx, e.Ring)
		if errors.Is(err, kg.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		news.Standing = &model.RingStatus{Status: r.Status()}
	}
	return news, nil
}

func (s *subscription) alertNews(ctx context.Context, e *feed.Event) (*model.AlertNews, error) {
	if err := s.release(ctx); err != nil {
		return nil, err
	}
	h := newHydration(ctx, loaders.From(ctx).Today())
	event, err := h.shown(ctx, kg.KindRingEvent, "event", e.ID)
	if err != nil {
		return nil, err
	}
	alert, err := h.shown(ctx, kg.KindAlert, "alert", kg.ID(e.Alert))
	if err != nil {
		return nil, err
	}
	if err := h.fetch(ctx); err != nil {
		return nil, err
	}
	news := &model.AlertNews{Mark: sealMark(ctx, e.Mark), Clock: kg.MomentOf(s.now())}
	news.Entry = model.To[*model.RingEvent](h.env, event.item(e.ID))
	news.Whole = model.To[*model.Alert](h.env, alert.item(kg.ID(e.Alert)))
	if event.asked() && news.Entry == nil || alert.asked() && news.Whole == nil {
		return nil, nil // gone meanwhile
	}
	return news, nil
}

// sealMark is the cursor of a mark: it is bound to the field and its arguments, as other cursors are.
func sealMark(ctx context.Context, m feed.Mark) string {
	p := store.Position{Value: int64(m.Revision), ID: kg.ID(fmt.Sprintf("%s@%s", m.Event, m.At))}
	return loaders.From(ctx).Cursors().Seal(loaders.Question(ctx), 0, p)
}

// openMark reads the argument after; nil where it is not given.
func openMark(ctx context.Context, after *string) (*feed.Mark, error) {
	if after == nil {
		return nil, nil
	}
	p, _, err := loaders.From(ctx).Cursors().Open("after", loaders.Question(ctx), *after)
	if err != nil {
		return nil, err
	}
	revision, ok := p.Value.(int64)
	event, at, found := strings.Cut(string(p.ID), "@")
	if !ok || !found {
		return nil, kg.Invalid("after", "not a cursor of a stream", "a cursor that the same stream gave")
	}
	return &feed.Mark{Revision: store.Revision(revision), Event: kg.ID(event), At: kg.Moment(at)}, nil
}

// askedBy names what the field being resolved asks, for streams to share their messages: the place in the document, which
// all operations of one text share, the values of its variables, and the viewer.
func askedBy(ctx context.Context) question {
	vars, err := json.Marshal(graphql.GetOperationContext(ctx).Variables)
	if err != nil {
		vars = fmt.Appendf(nil, "%p", ctx) // shared with nobody
	}
	viewer := loaders.From(ctx).Viewer()
	return question{field: graphql.GetFieldContext(ctx).Field.Field, variables: string(vars), viewer: fmt.Sprint(viewer)}
}
