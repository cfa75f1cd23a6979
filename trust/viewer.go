package trust

import (
	"context"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Viewer is on whose behalf an operation reads and writes. The zero value may nothing.
type Viewer struct {
	// Name is who it is, the same in every request: key:ID, oidc:SUBJECT@ISSUER, device:ID, link:ALERT, operator. It never
	// holds a person's name: it stands in the audit and in logs.
	Name  string
	Roles []Role
	// Scope are the areas that the viewer serves.
	Scope store.Scope
	// Person is the viewer's own record in the graph, Doorbell its own device; empty where there is none.
	Person, Doorbell kg.ID
	Purpose          Purpose
	Reason           string
	// Until is when the viewer's token ends; zero: never.
	Until time.Time
}

// TheOperator sees everything: the single operator of a server without other viewers, and the command line.
func TheOperator() Viewer {
	return Viewer{Name: "operator", Roles: []Role{Operator}, Scope: store.Scope{All: true}, Purpose: Operation}
}

// Rights are what the viewer's roles give together.
func (v *Viewer) Rights() Right {
	var all Right
	for _, r := range v.Roles {
		if d := r.Def(); d != nil {
			all |= d.Rights | Anyone
		}
	}
	return all
}

// Has says whether one of the viewer's roles is r.
func (v *Viewer) Has(r Role) bool { return slices.Contains(v.Roles, r) }

// Effective are the rights that count: Detail only with a purpose; break-glass gives it to who may see people at all.
func (v *Viewer) Effective() Right {
	have := v.Rights()
	switch {
	case v.Purpose == "":
		have &^= Detail
	case v.Purpose == BreakGlass && have&People != 0:
		have |= Detail
	}
	return have
}

// May says whether the viewer has all rights of a set.
func (v *Viewer) May(r Right) bool { return v.Effective()&r == r }

// Any says whether the viewer has one of the rights of a set.
func (v *Viewer) Any(r Right) bool { return v.Effective()&r != 0 }

// Masked says whether the viewer sees people and households with masks only.
func (v *Viewer) Masked() bool { return !v.May(Detail) }

type viewerKey struct{}

// With is a context on a viewer's behalf.
func With(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// From is the context's viewer; the zero value, who may nothing, where there is none.
func From(ctx context.Context) Viewer {
	v, _ := ctx.Value(viewerKey{}).(Viewer)
	return v
}
