package kg

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"lintu/geo"
)

func TestTheTablesAgree(t *testing.T) {
	if len(Kinds) != len(kindNames) {
		t.Errorf("%d kinds in the table, %d names", len(Kinds), len(kindNames))
	}
	for i, d := range Kinds {
		if d.Kind != kindNames[i] || d.New().Kind() != d.Kind || d.Kind.Def() != &Kinds[i] {
			t.Errorf("%s is not where it should be", d.Kind)
		}
		if slices.Contains(Reserved, d.Type) {
			t.Errorf("%s is reserved", d.Type)
		}
		if len(FieldsOf(d.Kind)) == 0 {
			t.Errorf("%s has no fields", d.Kind)
		}
		if _, ok := AreaRules[d.Kind]; !ok {
			t.Errorf("%s has no area rule", d.Kind)
		}
	}
}

func TestEveryRowIsDescribedInBothLanguages(t *testing.T) {
	check := func(where, en, zh string) {
		if en == "" || !strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s: %q, %q", where, en, zh)
		}
	}
	for _, d := range Kinds {
		check(d.Type, d.EN, d.ZH)
		for _, f := range FieldsOf(d.Kind) {
			check(d.Type+"."+f.Name, f.EN, f.ZH)
		}
		for _, l := range LinksOf(d.Kind) {
			check(d.Type+"."+l.Name, l.EN, l.ZH)
		}
	}
	for _, f := range TieFields() {
		check(f.Name, f.EN, f.ZH)
	}
	for _, e := range Enums {
		check(e.Name, e.EN, e.ZH)
		for _, v := range e.Values {
			check(v.Name, v.EN, v.ZH)
		}
	}
}

func TestNoTwoFieldsOrLinksOfAKindShareAName(t *testing.T) {
	taken := []string{"id", "kind", "title", "version", "validFrom", "validTo", "parent", "ancestors", "children", "descendants", "area", "near", "and", "or", "not"}
	for _, d := range Kinds {
		names := slices.Clone(taken)
		for _, f := range FieldsOf(d.Kind) {
			names = append(names, f.Name)
		}
		for _, l := range LinksOf(d.Kind) {
			names = append(names, l.Name)
		}
		slices.Sort(names)
		for i := 1; i < len(names); i++ {
			if names[i] == names[i-1] {
				t.Errorf("%s has %s twice", d.Type, names[i])
			}
		}
	}
}

func TestARelationsFieldsAndReferencesExist(t *testing.T) {
	for _, d := range Relations {
		for _, name := range d.Fields {
			if TieFieldOf(name) == nil {
				t.Errorf("%s carries %s, which ties have not", d.Relation, name)
			}
		}
		if (d.RefName == "") != (d.RefKind == "") || (d.RefName == "") != (d.RefReverse == "") {
			t.Errorf("%s has half a reference", d.Relation)
		}
		for _, p := range d.Pairs {
			if !p.From.Valid() || !p.To.Valid() || !d.Allows(p.From, p.To) {
				t.Errorf("%s: %v", d.Relation, p)
			}
		}
	}
	for k, rule := range AreaRules {
		for _, r := range append(slices.Clone(rule.Via), rule.Else...) {
			if !slices.Contains(r.Def().Froms(), k) {
				t.Errorf("%s comes into areas by %s, which it has not", k, r)
			}
		}
	}
}

// sample is a value of a field's type that is not the zero one.
func sample(f *Field) any {
	switch f.Type {
	case Text:
		if f.Moment {
			return "2026-01-31T08:00:00.000Z"
		}
		return "甲 a"
	case Pick:
		return f.Enum.Names()[0]
	case Int, Day:
		return int64(7)
	case Bool:
		return true
	case Flags:
		return []Flag{{Value: f.Enum.Names()[0], Span: Span{From: 3}}}
	case Spot:
		return &geo.Point{Lat: 29.7, Lon: 112.4}
	}
	return map[string]string{
		"formerCodes": `[{"scheme":"a","code":"1"}]`, "refusals": `[{"person":"p"}]`, "specialties": `[{"scheme":"a","value":"b"}]`,
		"openingHours": `[{"weekdays":[1],"from":"08:30","to":"17:30"}]`, "responder": `{"weekly":"H"}`,
		"deadlines": `[{"step":"wave-2","round":1,"dueAt":"2026-01-31T08:00:00.000Z"}]`, "candidates": `[{"person":"p","metres":1,"seconds":2}]`,
		"leftOut": `[{"person":"p","reason":"PAUSED","at":"2026-01-31T08:00:00.000Z"}]`, "outbox": `[{"id":"a-1","text":"call","sendAt":"2026-01-31T08:00:00.000Z"}]`,
		"waves":    `[{"number":1,"round":1,"at":"2026-01-31T08:00:00.000Z","radius":500,"people":7,"called":5}]`,
		"boundary": `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`,
	}[f.Name]
}

func TestEveryFieldCanBeSetReadEncodedAndCloned(t *testing.T) {
	for _, d := range Kinds {
		n := d.New()
		n.Common().ID, n.Common().Version, n.Common().Life = NewID(d.Kind), 3, Span{From: 2, To: 9}
		for i := range FieldsOf(d.Kind) {
			f := &FieldsOf(d.Kind)[i]
			want := sample(f)
			if err := f.Set(n, want); err != nil {
				t.Errorf("%s.%s: %v", d.Type, f.Name, err)
			}
			if got := f.Get(n); fmt.Sprint(deref(got)) != fmt.Sprint(deref(want)) {
				t.Errorf("%s.%s: %v, want %v", d.Type, f.Name, got, want)
			}
			if err := f.Set(n, struct{}{}); !errors.Is(err, ErrInvalid) {
				t.Errorf("%s.%s took a struct: %v", d.Type, f.Name, err)
			}
		}
		c := Clone(n)
		if !Equal(n, c) || c.Common().Version != 3 || c == n {
			t.Errorf("%s: the copy differs", d.Type)
		}
		if !strings.Contains(string(Encode(n)), `"`) || FieldOf(d.Kind, "no such field") != nil {
			t.Errorf("%s", d.Type)
		}
	}
}

func deref(v any) any {
	if p, ok := v.(*geo.Point); ok && p != nil {
		return *p
	}
	return v
}

func TestIdsTellTheirKindAndAreDerivedFromKeys(t *testing.T) {
	key := []byte("k")
	for _, d := range Kinds {
		id := NewID(d.Kind)
		if parsed, err := ParseID("id", string(id)); err != nil || parsed != id || id.Kind() != d.Kind {
			t.Errorf("%s: %v", id, err)
		}
		if derived := DeriveID(key, d.Kind, "a", "b"); derived != DeriveID(slices.Clone(key), d.Kind, "a", "b") || derived == DeriveID(key, d.Kind, "ab", "") {
			t.Errorf("%s: derived ids do not follow the key's parts", d.Kind)
		}
		if DeriveID([]byte("other"), d.Kind, "a") == DeriveID(key, d.Kind, "a") {
			t.Errorf("%s: the installation's key does not matter", d.Kind)
		}
	}
	if NewTieID().Kind() != "" {
		t.Error("a tie has a kind")
	}
}

func FuzzParseID(f *testing.F) {
	f.Add(string(NewID(KindPerson)))
	f.Add("person_")
	f.Add("_aaaaaaaaaaaaaaaaaaaaaaaa")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID("id", s)
		if err == nil && (string(id) != s || (id.Kind() == "" && !strings.HasPrefix(s, "tie_"))) {
			t.Errorf("%q was taken as %q", s, id)
		}
	})
}

func TestIdsBesideAnotherBeginAlikeAndAreStillTheirOwn(t *testing.T) {
	ring := DeriveID([]byte("k"), KindRing, "r")
	first, second := DeriveID([]byte("k"), KindRingEvent, "r-1"), DeriveID([]byte("k"), KindRingEvent, "r-2")
	a, b := Beside(ring, first), Beside(ring, second)
	if parsed, err := ParseID("id", string(a)); err != nil || parsed.Kind() != KindRingEvent {
		t.Errorf("%s: %v", a, err)
	}
	if a == b || a == first || a != Beside(ring, first) {
		t.Errorf("%s and %s", a, b)
	}
	token := func(id ID) string { return string(id)[strings.IndexByte(string(id), '_')+1:] }
	if token(a)[:8] != token(ring)[:8] || token(b)[:8] != token(ring)[:8] || token(a)[8:] != token(first)[:16] {
		t.Errorf("%s and %s beside %s", a, b, ring)
	}
	if other := Beside(DeriveID([]byte("k"), KindRing, "s"), first); token(other)[:8] == token(a)[:8] {
		t.Errorf("%s beside two rings", other)
	}
	if Beside("no id", first) != first {
		t.Error("beside what is no id")
	}
}
