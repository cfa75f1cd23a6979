package audit_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lintu/coverage/audit"
	"lintu/internal/effort"
	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/reach"
	"lintu/seed"
	"lintu/seed/figures"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

var shanghai = func() *time.Location {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return loc
}()

// engine opens an empty store.
type engine struct {
	name string
	open func(t *testing.T) store.Store
}

var (
	oracle = engine{"oracle", func(*testing.T) store.Store { return storetest.NewOracle(storetest.Options{Key: store.Key{1}}) }}
	inFile = engine{"sqlite", func(t *testing.T) store.Store {
		st, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "lintu.db")})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}}
	served = engine{"neo4j", func(t *testing.T) store.Store {
		server := neo4jtest.For(t)
		if err := server.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		st, err := neo4j.Open(t.Context(), neo4j.Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database, Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}}
)

// world is a store with a snapshot of it.
type world struct {
	store.Store
	*reach.Snapshot
}

func snapshot(t *testing.T, st store.Store) *reach.Snapshot {
	t.Helper()
	near := reach.New(reach.Options{Store: st, Location: shanghai})
	if err := near.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return near.Snapshot()
}

// loaded is a store that holds a town.
func loaded(t *testing.T, e engine, town seed.Town) world {
	t.Helper()
	st := e.open(t)
	t.Cleanup(func() { _ = st.Close() })
	if err := seed.Load(t.Context(), st, town, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	return world{st, snapshot(t, st)}
}

func preset(t *testing.T, name string) seed.Town {
	t.Helper()
	town, err := seed.Preset(name)
	if err != nil {
		t.Fatal(err)
	}
	return town
}

// tops are the divisions that are part of none.
func (w world) tops(t *testing.T) []kg.ID {
	t.Helper()
	page, err := w.List(t.Context(), store.View{Scope: store.Scope{All: true}, AsOf: seed.Reference}, store.ListQuery{
		Kind: kg.KindDivision, Filter: kg.Linked{Relation: kg.PartOf, Direction: kg.Out, Max: 0}, Window: store.Window{Limit: store.NoLimit},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []kg.ID
	for _, e := range page.Edges {
		out = append(out, e.Item.Node.Common().ID)
	}
	return out
}

func (w world) query(area kg.ID) audit.Query {
	return audit.Query{Area: area, On: seed.Reference, Scope: store.Scope{All: true}}
}

func (w world) contract(t *testing.T, area kg.ID, scheme string) []audit.Finding {
	t.Helper()
	found, err := audit.Contract(t.Context(), w, w, audit.ContractQuery{Query: w.query(area), Scheme: scheme, Radius: 500})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (w world) structure(t *testing.T, area kg.ID, codes ...audit.Code) []audit.Finding {
	t.Helper()
	found, err := audit.Structure(t.Context(), w, audit.StructureQuery{Query: w.query(area), Codes: codes})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// planted says at which findings a fault of the answer key shows.
var planted = map[figures.Code]struct {
	scheme string // of the contract audit; else the structure audit
	code   audit.Code
	part   string // that is missing, where the code has parts that are other faults
}{
	figures.ElderUnnamed:       {"一人包一户", audit.Unnamed, ""},
	figures.MemberOverloaded:   {"1+10", audit.Overloaded, ""},
	figures.SlotMissing111:     {"1+1+1", audit.SlotEmpty, ""},
	figures.SlotMissing41N5:    {"41N5", audit.SlotEmpty, ""},
	figures.SlotMissingFive:    {"", audit.FiveOnes, ""},
	figures.MemberUnplaced:     {"", audit.DoublePlacement, "组织"},
	figures.MemberNoTeam:       {"", audit.DoublePlacement, "队伍"},
	figures.MemberUnregistered: {"", audit.Unregistered, ""},
	figures.CompoundUnmanaged:  {"", audit.Unmanaged, ""},
	figures.UnitNoSeat:         {"", audit.UnitNoSeat, ""},
	figures.UnitUnpaired:       {"", audit.UnitUnpaired, ""},
	figures.BranchNoGroup:      {"", audit.BranchNoGroup, ""},
	figures.HubNoMember:        {"", audit.HubNoMember, ""},
	figures.AreaNoMember:       {"", audit.AreaNoMember, ""},
	figures.CompoundNoHead:     {"", audit.CompoundNoHead, ""},
	figures.BuildingNoHead:     {"", audit.BuildingNoHead, ""},
	figures.EntranceNoHead:     {"", audit.EntranceNoHead, ""},
	figures.GridNoWorker:       {"", audit.GridNoWorker, ""},
	figures.GridNoLevel:        {"", audit.GridNoLevel, ""},
	figures.AreaNoLawyer:       {"", audit.CommunityNoLawyer, ""},
	figures.PostsApart:         {"", audit.PostsApart, ""},
}

// checkKey compares the findings of a town with the answer key: exactly its faults under the codes that stand for them.
func checkKey(t *testing.T, w world, town seed.Town, codes []audit.Code) {
	t.Helper()
	key := map[figures.Code][]kg.ID{}
	for _, f := range town.Faults(1) {
		key[f.Code] = append(key[f.Code], f.ID)
	}
	var structure []audit.Code
	schemes := map[string]bool{}
	for _, at := range planted {
		switch {
		case len(codes) > 0 && !slices.Contains(codes, at.code):
		case at.scheme != "":
			schemes[at.scheme] = true
		case len(codes) > 0:
			structure = append(structure, at.code)
		}
	}
	found := map[string][]audit.Finding{}
	for _, top := range w.tops(t) {
		found[""] = append(found[""], w.structure(t, top, structure...)...)
		for scheme := range schemes {
			found[scheme] = append(found[scheme], w.contract(t, top, scheme)...)
		}
	}
	for fault, at := range planted {
		if len(codes) > 0 && !slices.Contains(codes, at.code) {
			continue
		}
		var have []kg.ID
		for _, f := range found[at.scheme] {
			if f.Code == at.code && (at.part == "" || slices.Contains(f.Missing, at.part)) {
				have = append(have, f.Subject)
			}
		}
		want := key[fault]
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("%s: %d findings of %s %s, %d in the key: %v", fault, len(have), at.scheme, at.code, len(want), apart(have, want))
		}
	}
}

// apart are some ids that only one of the lists has.
func apart(a, b []kg.ID) (out []kg.ID) {
	for _, lists := range [][2][]kg.ID{{a, b}, {b, a}} {
		for _, id := range lists[0] {
			if !slices.Contains(lists[1], id) && len(out) < 6 {
				out = append(out, id)
			}
		}
	}
	return out
}

// few are codes of every form of rule: parts, uses, links of links, a reading of its own.
var few = []audit.Code{audit.Unnamed, audit.DoublePlacement, audit.Unregistered, audit.HubNoMember, audit.GridNoWorker, audit.PostsApart}

func TestPlantedFaultsAreFoundAndNothingElse(t *testing.T) {
	small := []seed.Town{preset(t, "village"), seed.Sample()}
	for _, c := range []struct {
		engine
		towns []seed.Town
		codes []audit.Code // none: all
	}{
		{oracle, small, nil},
		{inFile, effort.Pick(small, append(slices.Clone(small), preset(t, "county"), preset(t, "town"))), nil},
		{served, effort.Pick(small[:1], small), effort.Pick(few, nil)}, // it plans some seventy statements for all, slowly
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, town := range c.towns {
				t.Run(town.Name(), func(t *testing.T) { checkKey(t, loaded(t, c.engine, town), town, c.codes) })
			}
		})
	}
}

func TestTheSmallTownsBreakMostRules(t *testing.T) {
	broken := map[figures.Code]bool{}
	for _, town := range []seed.Town{preset(t, "village"), seed.Sample()} {
		for _, f := range town.Faults(1) {
			broken[f.Code] = true
		}
	}
	for code := range planted {
		// The sample's ladder ends with hub households, its grids have no levels, and too few of its elders have no kin.
		if !broken[code] && code != figures.AreaNoMember && code != figures.GridNoLevel && code != figures.SlotMissing111 {
			t.Errorf("no small town breaks %s", code)
		}
	}
}
