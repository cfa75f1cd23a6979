// Package layer gives the answers of package coverage as files: map layers (buildings as columns, areas as GeoJSON) and
// tables (CSV, JSON, GeoJSON), over plain HTTP and for the command line. Bulk data does not go through GraphQL, where
// each value costs microseconds.
package layer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"lintu/coverage"
	"lintu/kg"
	"lintu/loaders"
	"lintu/trail"
	"lintu/trust"
)

// Options is what the layers need.
type Options struct {
	Sources
	Sessions *loaders.Sessions
	ElderAge int           // from which people are elders here
	Timeout  time.Duration // of one answer; 0: none

	// Audit records who is given an answer about single buildings, households or people, before it is sent; its error is
	// the answer. Nil: it is not recorded.
	Audit func(*http.Request, trust.Viewer, trail.Record) error
	// Fail answers with an error.
	Fail func(http.ResponseWriter, *http.Request, error)
}

// Handler answers /map/... and /export/coverage/..., GET only, with the parameters of a question (Parameters):
//
//	/map/buildings.json       the buildings of the area as columns; form=cells asks for the coarse form
//	/map/buildings-ids.json   their ids, in the same order
//	/map/areas.geojson        the areas below, with measures
//	/export/coverage/TABLE.csv .json .geojson   a table (Tables)
//
// Answers have an ETag; whoever shows it again while nothing has changed gets 304. An answer is kept for as long as it
// is one of the latest and the snapshot is the same.
type Handler struct {
	Options
	asker Asker
	kept  *lru.Cache[string, *answer]
	ask   singleflight.Group // questions that are being answered
}

const keptAnswers = 64

// New is the handler.
func New(o Options) *Handler {
	kept, err := lru.New[string, *answer](keptAnswers)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	return &Handler{Options: o, kept: kept, asker: Asker{ElderAge: o.ElderAge, Now: o.Sessions.Now, Location: o.Sessions.Zone}}
}

// answer is a body with what stands in front of it.
type answer struct {
	body        []byte
	contentType string
	etag        string
	file        string // name to save it under; "" to show it
	// personal says that it tells of single buildings, households or people, and subjects of whom.
	personal bool
	subjects trail.Subjects
}

func newAnswer(contentType, file string, body []byte) *answer {
	sum := sha256.Sum256(body)
	return &answer{body: body, contentType: contentType, file: file, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`}
}

// request is a question that came in.
type request struct {
	*Handler
	ctx    context.Context
	path   string
	values url.Values
	Question
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, viewer, err := h.serve(r)
	if err == nil && a.personal && h.Audit != nil {
		err = h.Audit(r, viewer, recordOf(r, a))
	}
	if err != nil {
		h.Fail(w, r, err)
		return
	}
	head := w.Header()
	head.Set("Content-Type", a.contentType)
	head.Set("ETag", a.etag)
	head.Set("Cache-Control", "private, no-cache") // keep it, but ask whether it still holds
	head.Add("Vary", "Authorization")              // others have added what they vary by
	if a.file != "" {
		head.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", a.file))
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.body))
}

// recordOf is what the audit trail keeps of an answer.
func recordOf(r *http.Request, a *answer) trail.Record {
	via, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	sum := sha256.Sum256([]byte(r.URL.Path + "?" + r.URL.Query().Encode()))
	return trail.Record{Kind: trail.Operation, Via: via, Name: name, Document: hex.EncodeToString(sum[:]), Subjects: a.subjects, Result: "ok"}
}

func (h *Handler) serve(r *http.Request) (*answer, trust.Viewer, error) {
	answering, besides, err := route(r.URL.Path)
	if err != nil {
		return nil, trust.Viewer{}, err
	}
	ctx := h.Sessions.Begin(r.Context())
	req := &request{Handler: h, ctx: ctx, path: r.URL.Path, values: r.URL.Query()}
	req.Question = Question{Extra: req.values, Session: loaders.From(ctx), Sources: h.Options.Sources}
	if req.Query, err = h.asker.Read(req.values, besides...); err != nil {
		return nil, trust.Viewer{}, err
	}
	req.Scope, req.Question.Coarse = req.Session.Scope(), req.Session.Coarse()
	if viewer := req.Session.Viewer(); !viewer.May(trust.Shares) {
		return nil, trust.Viewer{}, fmt.Errorf("%s: needs the right %s, which your roles do not give: %w", req.path, trust.Shares, kg.ErrForbidden)
	}
	if req.Question.Coarse {
		if err := req.Query.CheckCoarse(); err != nil {
			return nil, trust.Viewer{}, err
		}
	}
	a, err := h.remembered(req, answering)
	return a, req.Session.Viewer(), err
}

// remembered is the kept answer to the same question about the same snapshot, or a new one.
func (h *Handler) remembered(r *request, answering func(*request) (*answer, error)) (*answer, error) {
	snap, err := h.Options.Engine.Latest()
	if err != nil {
		return nil, err
	}
	at := r.When.At.Truncate(time.Minute) // places open and close at minutes, people come and go at half hours
	key := fmt.Sprint(r.path, r.values.Encode(), snap.Revision(), at.Unix(), r.When.From, r.Session.Viewer())
	if a, ok := h.kept.Get(key); ok {
		return a, nil
	}
	made, err, _ := h.ask.Do(key, func() (any, error) {
		// Several may wait for it: it does not end when the one who asked first leaves, only when its time is over.
		r.ctx = context.WithoutCancel(r.ctx)
		if h.Timeout > 0 {
			var cancel context.CancelFunc
			r.ctx, cancel = context.WithTimeout(r.ctx, h.Timeout)
			defer cancel()
		}
		a, err := answering(r)
		if err == nil {
			h.kept.Add(key, a)
		}
		return a, err
	})
	if err != nil {
		return nil, err
	}
	return made.(*answer), nil
}

// route finds what makes the answer of an address, and the parameters that it takes besides those of the question.
func route(path string) (func(*request) (*answer, error), []string, error) {
	switch path {
	case "/map/buildings.json":
		return (*request).buildings, []string{"form"}, nil
	case "/map/buildings-ids.json":
		return (*request).buildingIDs, nil, nil
	case "/map/areas.geojson":
		return (*request).areas, []string{"depth"}, nil
	}
	if file, ok := strings.CutPrefix(path, "/export/coverage/"); ok {
		name, format, _ := strings.Cut(file, ".")
		if m, err := MakerOf(name); err == nil && contentTypes[format] != "" {
			return func(r *request) (*answer, error) { return r.export(m, format) }, m.extras(), nil
		}
	}
	return nil, nil, fmt.Errorf("%s: %w", path, kg.ErrNotFound)
}

func stampOf(c *coverage.Coverage) Stamp {
	s := Stamp{Area: c.Area, Revision: c.Revision, At: InstantText(c.Query.When.At), Radius: c.Query.Radius, K: c.Query.K}
	if band := c.Query.When.Band; band != "" {
		s.At = fmt.Sprintf("%s %s", band, c.Query.When.From)
	}
	return s
}

// buildingList are the area's buildings in the order of the layer.
func (r *request) buildingList() (*coverage.Coverage, []coverage.Building, error) {
	c, err := r.Ask(r.ctx)
	if err != nil {
		return nil, nil, err
	}
	list := c.Buildings()
	Sort(list)
	return c, list, nil
}

func (r *request) buildings() (*answer, error) {
	form := r.Extra.Get("form")
	if form != "" && form != "cells" && form != "buildings" {
		return nil, kg.Invalid("form", form, "buildings or cells")
	}
	if form == "buildings" && r.Question.Coarse {
		return nil, fmt.Errorf("form: single buildings: %w", kg.ErrForbidden)
	}
	c, list, err := r.buildingList()
	if err != nil {
		return nil, err
	}
	if form == "cells" || r.Question.Coarse {
		return newAnswer("application/json", "", AppendCells(nil, stampOf(c), Cells(list))), nil
	}
	a := newAnswer("application/json", "", AppendBuildings(nil, stampOf(c), list))
	a.personal = true
	return a, nil
}

func (r *request) buildingIDs() (*answer, error) {
	if r.Question.Coarse {
		return nil, fmt.Errorf("single buildings: %w", kg.ErrForbidden)
	}
	c, list, err := r.buildingList()
	if err != nil {
		return nil, err
	}
	return newAnswer("application/json", "", AppendBuildingIDs(nil, c.Area, c.Revision, list)), nil
}
