package storetest

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

var (
	seedFlag   = flag.Uint64("storetest.seed", envNumber("STORETEST_SEED", 1), "first seed of the random test")
	roundsFlag = flag.Uint64("storetest.rounds", envNumber("STORETEST_ROUNDS", 0), "rounds of the random test, each of some batches and some questions; 0: what the harness says")
)

func envNumber(name string, otherwise uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return otherwise
}

const (
	batchesARound   = 5
	questionsARound = 24
)

// testRandom grows the village by random batches and asks random questions, always of the store and the oracle. The
// flags -storetest.seed and -storetest.rounds (or STORETEST_SEED, STORETEST_ROUNDS) repeat and lengthen it.
func testRandom(t *testing.T, h Harness) {
	rounds := cmp.Or(int(*roundsFlag), h.Rounds, 5)
	for seed := *seedFlag; seed < *seedFlag+2; seed++ {
		t.Run(fmt.Sprintf("the_store_answers_as_the_oracle_does_with_seed_%d", seed), func(t *testing.T) {
			d := &dice{Rand: rand.New(rand.NewPCG(seed, 0)), graph: openVillage(t, h)}
			accepted := 0
			for round := range rounds {
				for range batchesARound {
					if _, err := d.apply(t, d.batch()); err == nil {
						accepted++
					}
				}
				for i := range questionsARound {
					q := d.question()
					if _, err := d.same(t, question{fmt.Sprintf("seed %d, round %d, question %d: %s", seed, round, i, q.what), q.ask}); err != nil && d.legal {
						t.Fatalf("seed %d, round %d, question %d is refused: %v\n%s", seed, round, i, err, q.what)
					}
				}
			}
			d.wholeGraph(t)
			d.everyArea(t)
			d.sameScan(t, everything())
			if most := rounds * batchesARound; accepted < most/2 {
				t.Errorf("seed %d: only %d of %d random batches were accepted", seed, accepted, most)
			}
		})
	}
}

// dice make random changes and questions about a graph.
type dice struct {
	*rand.Rand
	*graph
	serial int  // of new things
	legal  bool // whether the last question must be answered
}

// one picks an element; the zero value of an empty list.
func one[T any](d *dice, list []T) T {
	var zero T
	if len(list) == 0 {
		return zero
	}
	return list[d.IntN(len(list))]
}

// chance is true in so many of a hundred cases.
func (d *dice) chance(percent int) bool { return d.IntN(100) < percent }

// nodeIDs are the ids of a kind on record, in a fixed order; of every kind for "".
func (d *dice) nodeIDs(k kg.Kind) []kg.ID {
	var out []kg.ID
	for id := range d.oracle.nodes {
		if k == "" || id.Kind() == k {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// someNode is a node on record; where there is none of the kind, one that is not.
func (d *dice) someNode(k kg.Kind) kg.Node {
	if n := d.oracle.nodes[one(d, d.nodeIDs(k))]; n != nil {
		return n
	}
	return d.newNode(k)
}

func (d *dice) someTie() *kg.Tie {
	return d.oracle.ties[one(d, slices.Sorted(maps.Keys(d.oracle.ties)))]
}

func (d *dice) someKind() kg.Kind { return one(d, kg.Kinds).Kind }

var (
	randomDays   = []string{"2018-01-01", "2019-01-01", "2020-06-06", "2021-01-01", "2022-01-01", "2023-05-01", "2024-03-01", "2025-01-01", "2026-01-01", "2026-09-01", "2027-01-01", "2030-01-01"}
	randomTitles = []string{"王秀兰", "李红", "3号楼", "12号楼", "重庆路幼儿园", "长青路", "阳光小区", "Ann 2", "单元", "解放村", "红旗", "一号网格", "１２号", "曾曾", "乐乐"}
	randomTexts  = []string{"", "a", "b", "BASE", "MICRO", "A-1", "A-12", "长青路1号", "secretary"}
)

func (d *dice) day() kg.Date { return kg.MustDate(one(d, randomDays)) }

// span is a validity that holds some day; often open at an end.
func (d *dice) span() kg.Span {
	var s kg.Span
	if d.chance(60) {
		s.From = d.day()
	}
	if d.chance(40) {
		s.To = d.day()
	}
	if s.Empty() {
		s.To = 0
	}
	return s
}

func (d *dice) batch() *store.Batch {
	b := &store.Batch{Today: Today}
	if d.chance(10) {
		b.ID = fmt.Sprint("batch ", d.IntN(4))
	}
	for range 1 + d.IntN(6) {
		b.Changes = append(b.Changes, d.mutations()...)
	}
	return b
}

// mutations are one or a few changes that belong together.
func (d *dice) mutations() []store.Mutation {
	switch roll := d.IntN(100); {
	case roll < 25:
		return []store.Mutation{put(d.newNode(d.someKind()))}
	case roll < 45:
		return []store.Mutation{put(d.changed(kg.Clone(d.someNode(""))))}
	case roll < 75:
		return d.tieUp()
	case roll < 83:
		t := *d.someTie()
		d.fillTie(&t)
		return []store.Mutation{putTie(&t)}
	case roll < 88:
		return []store.Mutation{removeTie(d.someTie().ID)}
	case roll < 93:
		return d.move()
	case roll < 96:
		m := store.Mutation{Op: store.EndNode, ID: one(d, d.nodeIDs("")), On: d.day()}
		return []store.Mutation{m}
	case roll < 98:
		return d.deleteWithTies(one(d, d.nodeIDs("")))
	case roll < 99:
		return []store.Mutation{expecting(put(kg.Clone(d.someNode(""))), int64(d.IntN(4)-1))}
	}
	return []store.Mutation{removeTie(kg.DeriveTieID(nil, &kg.Tie{}))}
}

func (d *dice) newNode(k kg.Kind) kg.Node {
	d.serial++
	n := k.Def().New()
	n.Common().ID = NameID(k, fmt.Sprint("random ", d.serial))
	for _, f := range kg.FieldsOf(k) {
		if f.Name == "name" || f.Name == "number" || f.Name == "serial" || d.chance(60) {
			d.setField(n, &f)
		}
	}
	if d.chance(10) {
		n.Common().Life = d.span()
	}
	return n
}

// changed changes a field or the life of a node.
func (d *dice) changed(n kg.Node) kg.Node {
	if d.chance(15) {
		n.Common().Life = d.span()
		return n
	}
	f := one(d, kg.FieldsOf(n.Kind()))
	d.setField(n, &f)
	return n
}

func (d *dice) setField(n kg.Node, f *kg.Field) {
	var v any
	switch f.Type {
	case kg.Text:
		v = one(d, randomTexts)
		if f.Moment {
			v = string(kg.MomentOf(d.day().Time(time.UTC).Add(time.Duration(d.IntN(1e8)) * time.Millisecond)))
		} else if f.Get(n) == n.Title() {
			v = one(d, randomTitles)
		}
	case kg.Pick:
		v = one(d, append(f.Enum.Names(), ""))
	case kg.Int:
		v = int64(d.IntN(5))
	case kg.Bool:
		v = d.chance(50)
	case kg.Day:
		v = int64(d.day()) * int64(d.IntN(2))
	case kg.Flags:
		flags := []kg.Flag{}
		for range d.IntN(4) {
			flags = append(flags, kg.Flag{Value: one(d, f.Enum.Names()[:4]), Span: d.span()})
		}
		v = flags
	case kg.Spot:
		p := &geo.Point{Lat: 45.3 + d.Float64()/10, Lon: 131 + float64(d.IntN(3))/100}
		if d.chance(20) {
			p = nil
		}
		v = p
	default:
		return
	}
	if err := f.Set(n, v); err != nil {
		panic(err) // values are made by the field's type
	}
}

// tieUp ties two nodes by a random relation; where only one at a time is allowed, only what has none.
func (d *dice) tieUp() []store.Mutation {
	r := &kg.Relations[d.IntN(len(kg.Relations))]
	if d.chance(40) { // what makes areas and homes is the most interesting
		r = one(d, []kg.Relation{kg.PartOf, kg.LivesIn, kg.InCompound, kg.WorksAt, kg.SitsOn}).Def()
	}
	pair := one(d, r.Pairs)
	froms := d.nodeIDs(pair.From)
	if r.One {
		froms = slices.DeleteFunc(froms, func(id kg.ID) bool {
			return slices.ContainsFunc(d.oracle.at[id], func(t *kg.Tie) bool { return t.From == id && t.Relation == r.Relation })
		})
	}
	t := &kg.Tie{Relation: r.Relation, From: one(d, froms), To: one(d, d.nodeIDs(pair.To))}
	if t.From == "" || t.To == "" || t.From == t.To {
		return nil
	}
	d.fillTie(t)
	d.serial++
	t.ID = kg.DeriveTieID([]byte(fmt.Sprint(d.serial)), t)
	return []store.Mutation{putTie(t)}
}

func (d *dice) fillTie(t *kg.Tie) {
	r := t.Relation.Def()
	if d.chance(70) {
		t.Valid = d.span()
	}
	if r.RefKind != "" && d.chance(60) {
		t.Ref = one(d, d.nodeIDs(r.RefKind))
	}
	text := map[string]*string{"role": &t.Role, "scheme": &t.Scheme, "slot": &t.Slot, "status": &t.Status, "post": &t.Post, "agreement": &t.Agreement, "kinship": &t.Kinship}
	for _, f := range r.Fields {
		if at := text[f]; at != nil {
			*at = one(d, randomTexts)
		}
		switch f {
		case "rank":
			t.Rank = d.IntN(3)
		case "consent":
			t.Consent = d.chance(50)
		case "partTime":
			t.PartTime = d.chance(50)
		case "kind":
			t.Kind = one(d, []string{"", "FULL", "PLACED"})
		}
	}
}

// move ends a tie and makes the like of it to another node from that day on.
func (d *dice) move() []store.Mutation {
	old := d.someTie()
	day := cmp.Or(old.Valid.To, d.day())
	if day <= old.Valid.From {
		return nil
	}
	next := *old
	next.Valid, next.To = kg.Span{From: day}, one(d, d.nodeIDs(old.To.Kind()))
	next.ID = kg.DeriveTieID([]byte("moved"), &next)
	return []store.Mutation{{Op: store.EndTie, ID: old.ID, On: day}, putTie(&next)}
}

// deleteWithTies deletes a node after its ties.
func (d *dice) deleteWithTies(id kg.ID) []store.Mutation {
	var out []store.Mutation
	for _, t := range d.oracle.at[id] {
		out = append(out, removeTie(t.ID))
	}
	return append(out, remove(id))
}
