package importer

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lintu/geo"
	"lintu/importer/sheet"
	"lintu/kg"
	"lintu/store"
)

func TestAnyGraphComesBackFromItsFiles(t *testing.T) {
	fewer(t, 25) // each writes 154 files down to the disk
	rapid.Check(t, func(rt *rapid.T) {
		first := oracle()
		var changes []store.Mutation
		nodes := drawNodes(rt)
		for _, n := range nodes {
			changes = append(changes, store.Mutation{Op: store.PutNode, Node: n})
		}
		for _, tie := range drawTies(rt, nodes) {
			changes = append(changes, store.Mutation{Op: store.PutTie, Tie: tie})
		}
		if _, err := first.Apply(t.Context(), &store.Batch{Changes: changes, Today: today}); err != nil {
			rt.Fatal(err)
		}
		format := rapid.SampledFrom([]sheet.Format{sheet.CSV, sheet.NDJSON}).Draw(rt, "format")
		folder, err := os.MkdirTemp(t.TempDir(), "graph")
		if err != nil {
			rt.Fatal(err)
		}
		from, to := filepath.Join(folder, "a"), filepath.Join(folder, "b")
		if _, err := Export(t.Context(), first, from, ExportOptions{Format: format}); err != nil {
			rt.Fatal(err)
		}
		second := oracle()
		r, err := try(t, second, Options{From: from, BatchRows: rapid.IntRange(1, 20).Draw(rt, "rows")})
		if err != nil || len(r.problems) > 0 || r.Created != len(changes) {
			rt.Fatalf("%v, %d of %d created\n%s", err, r.Created, len(changes), r.told())
		}
		if _, err := Export(t.Context(), second, to, ExportOptions{Format: format}); err != nil {
			rt.Fatal(err)
		}
		same(t, to, from)
		again, err := try(t, first, Options{From: from})
		if err != nil || again.Unchanged != len(changes) {
			rt.Fatalf("into the store that it came from: %v, %+v\n%s", err, again.Count, again.told())
		}
		if err := os.RemoveAll(folder); err != nil {
			rt.Fatal(err)
		}
	})
}

// fewer makes a property be tried so many times, unless the command line says something else.
func fewer(t *testing.T, times int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	if err := f.Value.Set(fmt.Sprint(times)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
}

var (
	anyText  = rapid.OneOf(rapid.StringMatching(`[ -~中文邻图"",\r\n\t=+@]{0,15}`), rapid.StringN(0, 15, 200))
	someText = rapid.Map(anyText, func(s string) string { return "名" + s })
	someDay  = rapid.Map(rapid.IntRange(1, 3_000_000), func(n int) kg.Date { return kg.Date(n) })
)

// drawSpan is a span of some days, often open.
func drawSpan(t *rapid.T) (s kg.Span) {
	if rapid.Bool().Draw(t, "begins") {
		s.From = someDay.Draw(t, "from")
	}
	if rapid.IntRange(0, 3).Draw(t, "ends") == 0 {
		s.To = max(s.From, 1) + kg.Date(rapid.IntRange(1, 5000).Draw(t, "days"))
	}
	return s
}

func drawNodes(t *rapid.T) (nodes []kg.Node) {
	for i := range rapid.IntRange(1, 12).Draw(t, "nodes") {
		d := rapid.SampledFrom(kg.Kinds).Draw(t, "kind")
		n := d.New()
		b := n.Common()
		b.ID = kg.DeriveID([]byte("property"), d.Kind, fmt.Sprint(i))
		b.Life, b.Source = drawSpan(t), anyText.Draw(t, "source")
		b.Confidence = float64(rapid.IntRange(0, 1000).Draw(t, "confidence")) / 1000
		fields := kg.FieldsOf(d.Kind)
		for j := range fields {
			if fields[j].Kept {
				continue // files do not have it
			}
			if err := fields[j].Set(n, drawValue(t, &fields[j])); err != nil {
				t.Fatal(err)
			}
		}
		if m, ok := n.(*kg.Measure); ok { // no more can be covered than there are
			m.Targets = max(m.Targets, m.Covered, -m.Targets) & math.MaxInt32
			m.Covered = min(m.Covered&math.MaxInt32, m.Targets)
		}
		if err := kg.Validate(n); err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, n)
	}
	return nodes
}

func drawValue(t *rapid.T, f *kg.Field) any {
	switch f.Type {
	case kg.Int:
		return int64(rapid.Int32().Draw(t, f.Name))
	case kg.Bool:
		return rapid.Bool().Draw(t, f.Name)
	case kg.Day:
		return int64(someDay.Draw(t, f.Name))
	case kg.Pick:
		return rapid.SampledFrom(append(f.Enum.Names(), "")).Draw(t, f.Name)
	case kg.Flags:
		var flags []kg.Flag
		for range rapid.IntRange(0, 3).Draw(t, f.Name) {
			flags = append(flags, kg.Flag{Value: rapid.SampledFrom(f.Enum.Names()).Draw(t, "flag"), Span: drawSpan(t)})
		}
		return flags
	case kg.Spot:
		return rapid.Ptr(rapid.Custom(func(t *rapid.T) geo.Point {
			return geo.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
		}), true).Draw(t, f.Name)
	case kg.Data:
		return drawData(t, f.Name)
	}
	if f.Moment {
		return string(kg.MomentOf(time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, f.Name))))
	}
	return someText.Draw(t, f.Name)
}

// drawData is JSON of the structures that fields hold; "" for those that are left out.
func drawData(t *rapid.T, field string) string {
	if rapid.Bool().Draw(t, field) {
		return ""
	}
	switch field {
	case "boundary":
		return `{"type":"Polygon","coordinates":[[[112.4,29.7],[112.5,29.7],[112.5,29.8],[112.4,29.7]]]}`
	case "figures":
		return `{"atLeast":[0,0],"backup":0,"singlePoint":0,"nearestP50":12.25,"nearestP90":null}`
	case "formerCodes":
		return `[{"scheme":"stat-12","code":"42","validFrom":"2001-02-03","validTo":"2004-05-06"}]`
	case "openingHours":
		return `[{"weekdays":[1,2,7],"from":"08:30","to":"24:00","seasonFrom":"05-01","seasonTo":"10-01"}]`
	case "deadlines":
		return `[{"step":"wave-2","round":1,"dueAt":"2026-01-31T08:00:00.000Z","late":true}]`
	case "candidates":
		return `[{"person":"person_aaaaaaaaaaaaaaaaaaaaaaaa","metres":20,"seconds":15,"reasons":["SAME_BUILDING"]}]`
	case "leftOut":
		return `[{"person":"person_aaaaaaaaaaaaaaaaaaaaaaaa","reason":"PAUSED","at":"2026-01-31T08:00:00.000Z"}]`
	case "waves":
		return `[{"number":1,"round":1,"at":"2026-01-31T08:00:00.000Z","radius":500,"people":7,"called":5}]`
	case "outbox":
		return `[{"id":"a","text":"call","sendAt":"2026-01-31T08:00:00.000Z","attempts":1}]`
	case "specialties":
		return `[{"scheme":"七色","value":"绿"}]`
	case "responder":
		return `{"consents":[{"purpose":"respond","validFrom":"2020-01-01"}],"pauses":[{"reason":"<&>","validTo":"2021-01-01"}],"weekly":"` + strings.Repeat("HWA", kg.WeekSlots/3) + `","limits":{"maxFloor":3}}`
	}
	return ""
}

// drawTies are ties among the nodes: at most one from a node of a relation that allows one at a time, and containment only
// from later nodes to earlier ones.
func drawTies(t *rapid.T, nodes []kg.Node) (ties []*kg.Tie) {
	keys := map[string]bool{}
	for range rapid.IntRange(0, 12).Draw(t, "ties") {
		d := &kg.Relations[rapid.IntRange(0, len(kg.Relations)-1).Draw(t, "relation")]
		i, j := rapid.IntRange(0, len(nodes)-1).Draw(t, "from"), rapid.IntRange(0, len(nodes)-1).Draw(t, "to")
		from, to := nodes[i], nodes[j]
		one := fmt.Sprint(d.Relation, from.Common().ID)
		if !d.Allows(from.Kind(), to.Kind()) || i == j || (d.Relation == kg.PartOf && i < j) || (d.One && keys[one]) {
			continue
		}
		tie := &kg.Tie{Relation: d.Relation, From: from.Common().ID, To: to.Common().ID, Valid: drawSpan(t), Source: anyText.Draw(t, "source")}
		for _, name := range d.Fields {
			drawTieField(t, tie, kg.TieFieldOf(name))
		}
		tie.ID = kg.DeriveTieID([]byte("property"), tie)
		if err := kg.ValidateTie(tie); err != nil {
			t.Fatal(err)
		}
		if !keys[tie.Key()] {
			ties = append(ties, tie)
		}
		keys[tie.Key()], keys[one] = true, true
	}
	return ties
}

func drawTieField(t *rapid.T, tie *kg.Tie, f *kg.TieField) {
	text := ""
	switch {
	case len(f.Values) > 0:
		text = rapid.SampledFrom(append(f.Values, "")).Draw(t, f.Name)
	case f.Name == "hours":
		text = rapid.SampledFrom([]string{"", `[{"weekday":1,"from":"08:00","to":"24:00"}]`}).Draw(t, f.Name)
	case f.Name == "startsAt" || f.Name == "endsAt":
		zone := time.FixedZone("", 60*rapid.IntRange(-700, 700).Draw(t, "zone"))
		text = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, f.Name), rapid.Int64Range(0, 999_999_999).Draw(t, "fraction")).In(zone).Format(time.RFC3339Nano)
	case f.Type == kg.Int:
		text = fmt.Sprint(rapid.IntRange(1, 9).Draw(t, f.Name))
	case f.Type == kg.Bool:
		text = rapid.SampledFrom([]string{"true", ""}).Draw(t, f.Name)
	default:
		text = anyText.Draw(t, f.Name)
	}
	if err := f.SetText(tie, text); err != nil {
		t.Fatal(err)
	}
}
