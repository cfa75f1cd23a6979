package kg

import "testing"

// fakeWorld is a graph of a few ties, for filters that look beyond the node.
type fakeWorld struct {
	nodes map[ID]Node
	ties  []*Tie
}

func (w fakeWorld) Ties(id ID, r Relation, dir Direction) []*Tie {
	var out []*Tie
	for _, t := range w.ties {
		near := map[Direction]ID{Out: t.From, In: t.To, ByRef: t.Ref}[dir]
		if t.Relation == r && near == id {
			out = append(out, t)
		}
	}
	return out
}

func (w fakeWorld) Node(id ID) Node { return w.nodes[id] }

func (w fakeWorld) Inside(id, area ID, on Date) bool {
	if id == area {
		return true
	}
	for _, t := range w.Ties(id, PartOf, Out) {
		if t.Valid.Holds(on) && w.Inside(t.To, area, on) {
			return true
		}
	}
	return false
}

func TestComparisonsWithAbsentValues(t *testing.T) {
	nobody := &Person{Name: "甲"}
	for _, op := range []Op{EQ, LT, LTE, GT, GTE} {
		for _, f := range []Compare{{"birthDate", op, int64(0)}, {"birthDate", op, int64(99)}, {"registerNo", op, ""}, {"registerNo", op, "x"}} {
			if Test(nil, f, nobody, 1) {
				t.Errorf("%v holds for nothing", f)
			}
		}
	}
	for _, field := range []string{"birthDate", "registerNo"} {
		if !Test(nil, Compare{Field: field, Op: Absent}, nobody, 1) {
			t.Errorf("%s is not absent", field)
		}
	}
	someone := &Person{Name: "甲", RegisterNo: "R-1", BirthDate: 5}
	for _, field := range []string{"birthDate", "registerNo"} {
		if Test(nil, Compare{Field: field, Op: Absent}, someone, 1) {
			t.Errorf("%s is absent", field)
		}
	}
}

func TestFiltersMeanWhatTheirNamesSay(t *testing.T) {
	p := &Person{Name: "Ann 王", Sex: Female, BirthDate: 5, Retired: true, CareFlags: []Flag{{Value: Disabled, Span: Span{From: 10, To: 20}}}}
	p.ID = NewID(KindPerson)
	for _, c := range []struct {
		f    Filter
		on   Date
		want bool
	}{
		{nil, 1, true},
		{And{}, 1, true},
		{Or{}, 1, false},
		{Not{Or{}}, 1, true},
		{And{Compare{"retired", EQ, true}, Or{}}, 1, false},
		{Or{Or{}, Compare{"retired", EQ, true}}, 1, true},
		{Compare{TitleField, EQ, "ann 王"}, 1, true},
		{Compare{TitleField, Prefix, "ann"}, 1, true},
		{Compare{TitleField, Contains, "王"}, 1, true},
		{Compare{TitleField, Prefix, "王"}, 1, false},
		{Compare{"birthDate", LT, int64(6)}, 1, true},
		{Compare{"birthDate", GTE, int64(6)}, 1, false},
		{Compare{"noSuchField", EQ, "x"}, 1, false},
		{Compare{"birthDate", EQ, "5"}, 1, false},
		{OneOf{"sex", []any{"MALE", "FEMALE"}}, 1, true},
		{OneOf{"sex", nil}, 1, false},
		{Flagged{"careFlags", []string{Disabled}}, 9, false},
		{Flagged{"careFlags", []string{Disabled}}, 10, true},
		{Flagged{"careFlags", []string{Disabled}}, 20, false},
		{Flagged{"careFlags", []string{Disabled}}, Always, true},
		{Flagged{"careFlags", []string{Hardship}}, 10, false},
		{IDIn{p.ID}, 1, true},
		{IDIn{}, 1, false},
		{KindIn{KindPerson, KindUnit}, 1, true},
		{KindIn{KindUnit}, 1, false},
	} {
		if got := Test(fakeWorld{}, c.f, p, c.on); got != c.want {
			t.Errorf("%#v on %d: %v", c.f, c.on, got)
		}
	}
}

func TestLinkedCountsTiesThatHoldWithTheirFarEnds(t *testing.T) {
	unit, gone := &Unit{Name: "甲", UnitKind: "school"}, &Unit{Name: "乙", UnitKind: "school"}
	p := &Person{Name: "丙"}
	unit.ID, gone.ID, p.ID = NewID(KindUnit), NewID(KindUnit), NewID(KindPerson)
	gone.Life.To = 5
	w := fakeWorld{nodes: map[ID]Node{unit.ID: unit, gone.ID: gone, p.ID: p}, ties: []*Tie{
		{Relation: WorksAt, From: p.ID, To: unit.ID, Post: "clerk"},
		{Relation: WorksAt, From: p.ID, To: unit.ID, Post: "head", Valid: Span{From: 10}},
		{Relation: WorksAt, From: p.ID, To: gone.ID},
		{Relation: SitsOn, From: p.ID, To: NewID(KindJointCommittee), Ref: unit.ID},
	}}
	count := func(n Node, l Linked, on Date) (lowest int) {
		for i := 0; ; i++ {
			l.Min, l.Max = i, i
			if Test(w, l, n, on) {
				return i
			}
			if i > 9 {
				t.Fatal("no count holds")
			}
		}
	}
	works := Linked{Relation: WorksAt, Direction: Out}
	for on, want := range map[Date]int{1: 2, 5: 1, 10: 2, Always: 3} {
		if got := count(p, works, on); got != want {
			t.Errorf("on %d: %d ties, want %d", on, got, want)
		}
	}
	works.Tie = Compare{"post", EQ, "head"}
	if got := count(p, works, 10); got != 1 {
		t.Errorf("%d ties with that post", got)
	}
	works.Tie, works.Node = nil, Compare{"unitKind", EQ, "hospital"}
	if got := count(p, works, 10); got != 0 {
		t.Errorf("%d ties to hospitals", got)
	}
	if got := count(unit, Linked{Relation: SitsOn, Direction: ByRef}, 1); got != 1 {
		t.Errorf("%d seats on behalf of the unit", got)
	}
	if got := count(unit, Linked{Relation: WorksAt, Direction: In}, 10); got != 2 {
		t.Errorf("%d of the staff", got)
	}
	if !Test(w, Linked{Relation: WorksAt, Direction: Out, Min: 1, Max: -1}, p, 1) {
		t.Error("some does not hold")
	}
}

func TestTieFiltersSeeFieldsAndValidity(t *testing.T) {
	tie := &Tie{Relation: PairedWith, Form: "PAIRED", Rank: 2, Valid: Span{From: 10}}
	for _, c := range []struct {
		f    Filter
		want bool
	}{
		{Compare{"form", EQ, "PAIRED"}, true},
		{OneOf{"form", []any{"RESIDENT"}}, false},
		{Compare{"validFrom", GTE, int64(10)}, true},
		{Compare{"validTo", LT, int64(99)}, false},
		{Compare{"validTo", Absent, nil}, true},
		{Not{Compare{"fullTime", EQ, true}}, true},
		{And{Compare{"rank", LTE, int64(2)}, Or{Compare{"rank", GT, int64(1)}}}, true},
		{Compare{"noSuchField", EQ, "x"}, false},
	} {
		if got := TestTie(c.f, tie); got != c.want {
			t.Errorf("%#v: %v", c.f, got)
		}
	}
}
