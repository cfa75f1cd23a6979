package kg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestAreaSpansAreWhatWalkingTheTiesGives compares the spans with a walk on each day, on random ties.
func TestAreaSpansAreWhatWalkingTheTiesGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		areas := make([]ID, 3)
		above := map[ID][]AreaSpan{}
		for i := range areas {
			kind := []Kind{KindHousehold, KindHousehold, KindGrid}[i]
			areas[i] = DeriveID([]byte("k"), kind, fmt.Sprint(i))
			above[areas[i]] = []AreaSpan{{Area: areas[i]}, {Area: "top", Span: spans(t, "top")}}
		}
		person := NewID(KindPerson)
		var ties []Tie
		for i := range rapid.IntRange(0, 4).Draw(t, "ties") {
			to := rapid.SampledFrom(areas).Draw(t, "to")
			r := LivesIn
			if to.Kind() == KindGrid {
				r = RegisteredWith
			}
			ties = append(ties, Tie{Relation: r, From: person, To: to, Valid: spans(t, fmt.Sprint(i))})
		}
		got := AreaSpans(person, ties, func(id ID) []AreaSpan { return above[id] })
		for d := Date(1); d < 16; d++ {
			for _, area := range append(areas, "top") {
				if has, want := insideOn(got, area, d), walked(ties, above, area, d); has != want {
					t.Fatalf("day %d, %s: %v, want %v; spans %v, ties %v", d, area, has, want, got, ties)
				}
			}
		}
		for i := 1; i < len(got); i++ {
			a, b := got[i-1], got[i]
			if a.Area > b.Area || a.Area == b.Area && (a.To == 0 || a.To >= b.From) {
				t.Fatalf("%v and %v are not sorted or could be one", a, b)
			}
		}
	})
}

func insideOn(spans []AreaSpan, area ID, on Date) bool {
	for _, s := range spans {
		if s.Area == area && s.Holds(on) {
			return true
		}
	}
	return false
}

// walked is the rule in words: by where the person lives, and on days without any such tie by where registered.
func walked(ties []Tie, above map[ID][]AreaSpan, area ID, on Date) bool {
	lives := false
	for _, t := range ties {
		lives = lives || t.Relation == LivesIn && t.Valid.Holds(on)
	}
	for _, t := range ties {
		if t.Valid.Holds(on) && (t.Relation == LivesIn) == lives && insideOn(above[t.To], area, on) {
			return true
		}
	}
	return false
}

func TestNodesAndTiesAreValidatedByTheTables(t *testing.T) {
	person := func(change func(*Person)) Node {
		p := &Person{Name: "甲"}
		p.ID = NewID(KindPerson)
		change(p)
		return p
	}
	for name, n := range map[string]Node{
		"no title":         person(func(p *Person) { p.Name = " " }),
		"another kind's":   person(func(p *Person) { p.ID = NewID(KindUnit) }),
		"unknown value":    person(func(p *Person) { p.Sex = "OTHER" }),
		"unknown flag":     person(func(p *Person) { p.CareFlags = []Flag{{Value: "RICH"}} }),
		"empty flag":       person(func(p *Person) { p.CareFlags = []Flag{{Value: Disabled, Span: Span{From: 5, To: 5}}} }),
		"empty life":       person(func(p *Person) { p.Life = Span{From: 5, To: 4} }),
		"confidence":       person(func(p *Person) { p.Confidence = 1.5 }),
		"no number":        person(func(p *Person) { p.Confidence = math.NaN() }),
		"weekly pattern":   person(func(p *Person) { p.Responder = &Responder{Weekly: "HHH"} }),
		"endless override": person(func(p *Person) { p.Responder = &Responder{Overrides: []Override{{Presence: AtHome}}} }),
	} {
		if err := Validate(n); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Validate(person(func(*Person) {})); err != nil {
		t.Error(err)
	}
	tie := func(change func(*Tie)) *Tie {
		t := &Tie{ID: NewTieID(), Relation: WorksAt, From: NewID(KindPerson), To: NewID(KindUnit)}
		change(t)
		return t
	}
	for name, x := range map[string]*Tie{
		"unknown relation": tie(func(t *Tie) { t.Relation = "LOVES" }),
		"wrong ends":       tie(func(t *Tie) { t.To = NewID(KindTeam) }),
		"other's field":    tie(func(t *Tie) { t.Scheme = "1+10" }),
		"other's ref":      tie(func(t *Tie) { t.Ref = NewID(KindUnit) }),
		"empty span":       tie(func(t *Tie) { t.Valid = Span{From: 5, To: 5} }),
		"unknown form":     {ID: NewTieID(), Relation: PairedWith, From: NewID(KindUnit), To: NewID(KindGrid), Form: "FRIENDS"},
		"itself":           func() *Tie { id := NewID(KindGrid); return &Tie{ID: NewTieID(), Relation: PartOf, From: id, To: id} }(),
	} {
		if err := ValidateTie(x); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := ValidateTie(tie(func(t *Tie) { t.Post, t.Ref = "clerk", NewID(KindBuilding) })); err != nil {
		t.Error(err)
	}
}
