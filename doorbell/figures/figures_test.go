package figures

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

var shanghai = time.FixedZone("CST", 8*3600)

// told is a ring as the test made it: what is true of it, written down while it was made.
type told struct {
	pressed    time.Time
	grid       string
	birth      kg.Date
	sex        kg.Sex
	drill      bool
	candidates int
	outcome    kg.Outcome
	yes        []float64
	there      []float64
	alerts     int
	failed     int
	neighbours []string // person and month, one for each alert
}

// past is random rings of some weeks at random doors of two grids.
type past struct {
	*storetest.Fixture
	rings []told
}

func newPast(seed uint64) *past {
	r := rand.New(rand.NewPCG(seed, 1))
	p := &past{Fixture: storetest.NewFixture()}
	p.Add("community", &kg.Division{Name: "社区", Level: kg.LevelCommunity})
	for i := range 4 {
		p.Add(fmt.Sprint("n", i), &kg.Person{Name: fmt.Sprint("邻居", i)})
	}
	for _, grid := range []string{"east", "west"} {
		p.Add(grid, &kg.Grid{Name: grid})
		p.Tie(grid, kg.PartOf, "community")
	}
	type door struct {
		name, grid string
		birth      kg.Date
		sex        kg.Sex
	}
	var doors []door
	for i := range 8 {
		d := door{name: fmt.Sprint("door", i), grid: []string{"east", "west", ""}[r.IntN(3)]}
		p.Add(d.name, &kg.Household{Number: d.name})
		if d.grid != "" {
			p.Add("house "+d.name, &kg.Building{Name: d.name})
			p.Tie("house "+d.name, kg.PartOf, d.grid)
			p.Tie(d.name, kg.PartOf, "house "+d.name)
		}
		if r.IntN(4) > 0 { // else nobody lives there
			d.birth, d.sex = kg.MustDate(fmt.Sprintf("%d-06-15", 1925+r.IntN(50))), []kg.Sex{"MALE", "FEMALE"}[r.IntN(2)]
			p.Add("elder "+d.name, &kg.Person{Name: "老人", BirthDate: d.birth, Sex: d.sex})
			p.Add("child "+d.name, &kg.Person{Name: "子女", BirthDate: d.birth + 9000, Sex: "MALE"})
			p.Add("former "+d.name, &kg.Person{Name: "旧住户", BirthDate: d.birth - 9000, Sex: "MALE"})
			p.Tie("elder "+d.name, kg.LivesIn, d.name)
			p.Tie("child "+d.name, kg.LivesIn, d.name)
			p.Tie("former "+d.name, kg.LivesIn, d.name, func(t *kg.Tie) { t.Valid.To = kg.MustDate("2020-01-01") })
		}
		doors = append(doors, d)
	}
	begin := time.Date(2026, 3, 20, 0, 0, 0, 0, shanghai)
	for i := range 120 {
		d := doors[r.IntN(len(doors))]
		t := told{pressed: begin.Add(time.Duration(r.IntN(40*24*3600)) * time.Second), grid: d.grid, birth: d.birth, sex: d.sex, drill: r.IntN(4) > 0, candidates: r.IntN(3)}
		name := fmt.Sprint("ring", i)
		n := &kg.Ring{Code: name, Name: name, State: kg.RingOpen, Policy: "city@1", Drill: t.drill, Ordinal: i + 1, Round: 1, PressedAt: kg.MomentOf(t.pressed)}
		for range t.candidates {
			n.Candidates = append(n.Candidates, kg.Candidate{Person: p.ID("n0"), Metres: 10, Seconds: 10})
		}
		if r.IntN(3) == 0 {
			t.outcome = []kg.Outcome{kg.FalseAlarm, kg.HelpGiven}[r.IntN(2)]
			n.State, n.Outcome = kg.RingClosed, t.outcome
		}
		if r.IntN(6) == 0 {
			after := 30 + r.IntN(900)
			n.AmbulanceArrivedAt = kg.MomentOf(t.pressed.Add(time.Duration(after) * time.Second))
			t.there = append(t.there, float64(after))
		}
		p.Add(name, n)
		p.Tie(name, kg.RangAt, d.name)
		for j := range r.IntN(5) {
			p.alert(r, &t, name, fmt.Sprintf("alert%d-%d", i, j))
		}
		p.rings = append(p.rings, t)
	}
	return p
}

// alert adds a random alert to a ring.
func (p *past) alert(r *rand.Rand, t *told, ring, name string) {
	who := fmt.Sprint("n", r.IntN(4))
	at := func(after int) kg.Moment { return kg.MomentOf(t.pressed.Add(time.Duration(after) * time.Second)) }
	a := &kg.Alert{Code: name, Name: name, State: kg.AlertDelivered, Role: []kg.AlertRole{kg.RoleNeighbour, kg.RoleContact, kg.RoleDutyDesk}[r.IntN(3)], Ordinal: 1, Round: 1, CalledAt: at(0)}
	after := 1 + r.IntN(300)
	switch r.IntN(5) {
	case 0:
		a.State = kg.AlertFailed
		t.failed++
	case 1:
		a.State, a.AnsweredAt = kg.AlertDeclined, at(after)
	case 2, 3:
		a.State, a.AnsweredAt = []kg.AlertState{kg.AlertAccepted, kg.AlertWithdrawn, kg.AlertStoodDown}[r.IntN(3)], at(after)
		if a.Role != kg.RoleDutyDesk {
			t.yes = append(t.yes, float64(after))
		}
		if r.IntN(2) == 0 {
			a.State, a.ArrivedAt = kg.AlertArrived, at(after+200)
			t.there = append(t.there, float64(after+200))
		}
	}
	t.alerts++
	if a.Role == kg.RoleNeighbour {
		t.neighbours = append(t.neighbours, who+" "+t.pressed.In(shanghai).Format("Jan"))
	}
	p.Add(name, a)
	p.Tie(name, kg.AlertOf, ring)
	p.Tie(name, kg.AlertTo, who)
}

// byHand are the figures of some rings by their definitions.
func byHand(rings []told) *Figures {
	f := &Figures{Rings: len(rings)}
	var yes, there []float64
	often := map[string]int{}
	for _, t := range rings {
		if len(t.yes) > 0 {
			first := slices.Min(t.yes)
			f.Answered++
			yes = append(yes, first)
			if first <= 60 {
				f.Within60++
			}
			if first <= 180 {
				f.Within180++
			}
		}
		if len(t.there) > 0 {
			f.Attended++
			there = append(there, slices.Min(t.there))
		}
		if t.candidates == 0 {
			f.WithoutCandidates++
		}
		if t.outcome == kg.FalseAlarm {
			f.FalseAlarms++
		}
		f.Alerts += t.alerts
		f.DeliveryFailures += t.failed
		for _, n := range t.neighbours {
			often[n]++
		}
	}
	for n := 1; n <= 200; n++ {
		count := 0
		for _, m := range often {
			if m == n {
				count++
			}
		}
		if count > 0 {
			f.Burden = append(f.Burden, Burden{n, count})
		}
	}
	f.FirstYes.P50, f.FirstYes.P90, f.FirstYes.Max = nth(yes, 50), nth(yes, 90), nth(yes, 100)
	f.FirstArrival.P50, f.FirstArrival.P90, f.FirstArrival.Max = nth(there, 50), nth(there, 90), nth(there, 100)
	return f
}

// nth is the smallest value that at least so many hundredths of the values do not exceed.
func nth(of []float64, hundredths int) *float64 {
	for _, v := range slices.Sorted(slices.Values(of)) {
		n := 0
		for _, w := range of {
			if w <= v {
				n++
			}
		}
		if n*100 >= hundredths*len(of) {
			return &v
		}
	}
	return nil
}

// valueOf is a ring's value in a dimension.
func (p *past) valueOf(by Dimension, t told) string {
	local := t.pressed.In(shanghai)
	switch by {
	case ByHour:
		return fmt.Sprintf("%02d", local.Hour())
	case ByGrid:
		if t.grid != "" {
			return string(p.ID(t.grid))
		}
	case BySex:
		if t.sex != "" {
			return string(t.sex)
		}
	case ByAgeBand:
		if t.birth == 0 {
			break
		}
		born := t.birth.Time(shanghai)
		age := local.Year() - born.Year()
		if local.Month() < born.Month() || local.Month() == born.Month() && local.Day() < born.Day() {
			age--
		}
		for _, b := range []struct {
			below int
			name  string
		}{{60, "under 60"}, {70, "60-69"}, {80, "70-79"}, {90, "80-89"}, {200, "90 and over"}} {
			if age < b.below {
				return b.name
			}
		}
	}
	return Unknown
}

func TestFiguresAreThoseOfTheDefinitionsOnBothStoresInEveryDimension(t *testing.T) {
	for seed := range uint64(3) {
		p := newPast(seed)
		lite, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "past.db")})
		if err != nil {
			t.Fatal(err)
		}
		for name, st := range map[string]store.Store{"oracle": storetest.NewOracle(storetest.Options{}), "sqlite": lite} {
			if _, err := st.Apply(t.Context(), p.Batch()); err != nil {
				t.Fatal(err)
			}
			p.compare(t, fmt.Sprint(name, " ", seed), &Reader{Store: st, Zone: shanghai})
		}
		_ = lite.Close()
	}
}

func (p *past) compare(t *testing.T, name string, reader *Reader) {
	t.Helper()
	from, to, today := kg.MustDate("2026-03-25"), kg.MustDate("2026-04-20"), kg.MustDate("2026-05-01")
	yes, no := true, false
	for _, drill := range []*bool{nil, &yes, &no} {
		for _, area := range []string{"", "community", "east"} {
			for _, by := range []Dimension{"", ByGrid, ByAgeBand, BySex, ByHour} {
				q := Query{From: from, To: to, By: by, Drill: drill}
				if area != "" {
					q.Area = p.ID(area)
				}
				var of []told
				groups := map[string][]told{}
				for _, r := range p.rings {
					day := kg.DateOf(r.pressed, shanghai)
					in := area == "" || r.grid == area || area == "community" && r.grid != ""
					if day >= from && day <= to && in && (drill == nil || r.drill == *drill) {
						of = append(of, r)
						if by != "" {
							groups[p.valueOf(by, r)] = append(groups[p.valueOf(by, r)], r)
						}
					}
				}
				got, err := reader.Measure(t.Context(), q, today)
				if err != nil {
					t.Fatal(err)
				}
				if want := byHand(of); !reflect.DeepEqual(got.All, want) {
					t.Fatalf("%s, %s by %q: %+v, want %+v", name, area, by, got.All, want)
				}
				if len(got.Groups) != len(groups) || !slices.IsSortedFunc(got.Groups, func(a, b Group) int { return cmp.Compare(a.Value, b.Value) }) {
					t.Fatalf("%s, %s by %q: %d groups, want %d", name, area, by, len(got.Groups), len(groups))
				}
				for _, g := range got.Groups {
					if want := byHand(groups[g.Value]); !reflect.DeepEqual(g.Figures, want) {
						t.Fatalf("%s, %s by %s %s: %+v, want %+v", name, area, by, g.Value, g.Figures, want)
					}
				}
			}
		}
	}
}

func TestDaysInTheWrongOrderAndNoDimensionAreRefusedAndNoRingsHaveNoShare(t *testing.T) {
	reader := &Reader{Store: storetest.NewOracle(storetest.Options{}), Zone: shanghai}
	day := kg.MustDate("2026-05-01")
	for _, q := range []Query{{From: day, To: day - 1}, {From: day, To: day, By: "NAME"}} {
		if _, err := reader.Measure(t.Context(), q, day); err != nil && !errors.Is(err, kg.ErrInvalid) || err == nil && q.By == "" {
			t.Errorf("%+v: %v", q, err)
		}
	}
	a, err := reader.Measure(t.Context(), Query{From: day, To: day}, day)
	if err != nil || a.All.Rings != 0 || a.All.Share(0) != nil || a.All.FirstYes.P50 != nil || len(a.Groups) != 0 {
		t.Errorf("without rings: %+v %v", a, err)
	}
}
