package neo4j

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// catalogue is what the database says of its constraints or indexes: a line each, without the two token lookups.
func catalogue(t testing.TB, s *Store, show string) []string {
	t.Helper()
	row, err := s.auto(t.Context(), driver.AccessModeRead, patience, show, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, line := range asList(row[0]) {
		out = append(out, asText(line))
	}
	slices.Sort(out)
	return out
}

const (
	showIndexes = "SHOW INDEXES YIELD type, entityType, labelsOrTypes, properties, state, owningConstraint WHERE type <> 'LOOKUP' AND owningConstraint IS NULL " +
		"RETURN collect(type + ' ' + entityType + ' ' + labelsOrTypes[0] + ' ' + reduce(s = '', p IN properties | s + p + ' ') + state)"
	showConstraints = "SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties RETURN collect(type + ' ' + labelsOrTypes[0] + ' ' + reduce(s = '', p IN properties | s + p + ' '))"
)

func TestTheSchemaIsThatOfTheTables(t *testing.T) {
	s := empty(t)
	constraints := []string{"UNIQUENESS Node id ", "UNIQUENESS Meta name ", "UNIQUENESS Change revision ", "UNIQUENESS Batch id ", "UNIQUENESS Lock name ", "UNIQUENESS Anchor file "}
	indexes := []string{"FULLTEXT NODE Node tokens pinyin pinyin2 pinyin3 initials initials2 initials3 ONLINE", "RANGE NODE Node validTo ONLINE", "RANGE NODE Node norm ONLINE", "RANGE NODE Node norm2 ONLINE", "RANGE NODE Node norm3 ONLINE"}
	for _, d := range kg.Kinds {
		indexes = append(indexes, "RANGE NODE "+d.Type+" sortKey ONLINE")
		for _, f := range kg.FieldsOf(d.Kind) {
			if f.Sortable {
				indexes = append(indexes, fmt.Sprintf("RANGE NODE %s %s ONLINE", d.Type, f.Name))
			}
			if f.Type == kg.Spot && f.Filterable {
				indexes = append(indexes, fmt.Sprintf("POINT NODE %s %s ONLINE", d.Type, f.Name))
			}
		}
	}
	for _, d := range kg.Relations {
		constraints = append(constraints, fmt.Sprintf("RELATIONSHIP_UNIQUENESS %s id ", d.Relation), fmt.Sprintf("RELATIONSHIP_UNIQUENESS %s key ", d.Relation))
		if d.RefKind != "" {
			indexes = append(indexes, fmt.Sprintf("RANGE RELATIONSHIP %s ref ONLINE", d.Relation))
		}
	}
	slices.Sort(constraints)
	if have := catalogue(t, s, showConstraints); !slices.Equal(have, constraints) {
		t.Errorf("constraints\n%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(constraints, "\n"))
	}
	have := catalogue(t, s, showIndexes)
	for _, want := range indexes {
		if !slices.Contains(have, want) {
			t.Errorf("there is no index %s", want)
		}
	}
	for _, line := range have {
		words := strings.Fields(line)
		if !slices.Contains(indexes, line) && !filterableField(words[2], words[3]) {
			t.Errorf("the index %s is of no field of the tables", line)
		}
	}
}

func filterableField(label, property string) bool {
	for _, d := range kg.Kinds {
		if f := kg.FieldOf(d.Kind, property); d.Type == label && f != nil && f.Filterable {
			return true
		}
	}
	return false
}

func TestEveryFilterableFieldIsStoredUnderANameOfItsOwn(t *testing.T) {
	for _, d := range kg.Kinds {
		props := append(nodeProps(d.Kind), areaProps...)
		distinct := map[string]bool{}
		for _, p := range props {
			if distinct[p] {
				t.Errorf("%s stores two things as %s", d.Kind, p)
			}
			distinct[p] = true
		}
		for _, f := range kg.FieldsOf(d.Kind) {
			if f.Filterable && !distinct[f.Name] {
				t.Errorf("%s does not store %s", d.Kind, f.Name)
			}
		}
		if n := len(nodeRow(d.New())); n != len(nodeProps(d.Kind)) {
			t.Errorf("%s has %d values for %d properties", d.Kind, n, len(nodeProps(d.Kind)))
		}
	}
	for i := range kg.Relations {
		d := &kg.Relations[i]
		if n := len(tieRow(&kg.Tie{Relation: d.Relation}, false)); n != len(tieProps(d)) {
			t.Errorf("%s has %d values for %d properties", d.Relation, n, len(tieProps(d)))
		}
	}
}

func TestMigrationsCanBeRepeatedAndKeepTheKeyAndTheData(t *testing.T) {
	s := empty(t)
	put := person("王秀兰")
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{put}}); err != nil {
		t.Fatal(err)
	}
	before, indexes := catalogue(t, s, showConstraints), catalogue(t, s, showIndexes)
	if _, err := s.write(t.Context(), "MATCH (m:Meta) SET m.schema = 0", nil); err != nil {
		t.Fatal(err)
	}
	again := reopen(t, neo4jtest.For(t))
	if !slices.Equal(before, catalogue(t, again, showConstraints)) || !slices.Equal(indexes, catalogue(t, again, showIndexes)) {
		t.Error("migrating again changed the schema")
	}
	status, err := again.Ready(t.Context())
	if err != nil || status.Schema != len(migrations) || status.Key != s.key || status.Revision != 1 {
		t.Errorf("%+v, %v", status, err)
	}
}

func TestAGivenKeyIsThatOfANewDatabaseOnly(t *testing.T) {
	server := neo4jtest.For(t)
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, key := range []store.Key{{1}, {2}} {
		o := options(server)
		o.Key = &key
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		status, err := s.Ready(t.Context())
		if err != nil || status.Key != (store.Key{1}) {
			t.Errorf("given %v: %v, %v", key[0], status.Key[0], err)
		}
		_ = s.Close()
	}
}

func TestANewerSchemaIsRefusedWithAdvice(t *testing.T) {
	for property, advice := range map[string]string{"schema": "newer version", "textVersion": "newer version"} {
		s := empty(t)
		if _, err := s.write(t.Context(), "MATCH (m:Meta) SET m."+property+" = 1000", nil); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), options(neo4jtest.For(t))); err == nil || !strings.Contains(err.Error(), advice) {
			t.Errorf("%s: %v", property, err)
		}
	}
}

func TestAnIndexThatTheTablesAskForNoMoreIsDropped(t *testing.T) {
	s := empty(t)
	whole := catalogue(t, s, showIndexes)
	if err := s.schema(t.Context(), index("division_codeScheme", "RANGE", "(n:Division)", "codeScheme").create); err != nil {
		t.Fatal(err)
	}
	if have := catalogue(t, s, showIndexes); len(have) != len(whole)+1 {
		t.Fatalf("the indexes are %v", have)
	}
	if _, err := s.write(t.Context(), "MATCH (m:Meta) SET m.schema = 7", nil); err != nil {
		t.Fatal(err)
	}
	if have := catalogue(t, reopen(t, neo4jtest.For(t)), showIndexes); !slices.Equal(have, whole) {
		t.Errorf("after the migration the indexes are %v, want %v", have, whole)
	}
}

// What a program before schema 8 has stored is read and asked for like what this one stores.
func TestFirstVersionsAndOpenSpansMayBeStored(t *testing.T) {
	s := empty(t)
	town := &kg.Division{Base: kg.Base{ID: kg.NewID(kg.KindDivision)}, Name: "沿江镇", Level: kg.LevelTownship}
	g := grid("1号网格")
	applyAll(t, s, &store.Batch{Changes: append(puts(town, g), partOf(kg.NewTieID(), g, town))})
	look := func() string {
		t.Helper()
		v := store.Everything
		v.AsOf = kg.NewDate(2026, 11, 27)
		plan := &store.Plan{Steps: []*store.Step{{Key: "in", Relation: kg.PartOf, Direction: kg.In, Window: store.Window{Limit: 5}}}}
		items, err := s.Nodes(t.Context(), v, []store.Group{{IDs: []kg.ID{town.ID}, Plan: plan}})
		if err != nil || items[0][town.ID] == nil || len(items[0][town.ID].Tree) != 1 {
			t.Fatalf("%+v, %v", items, err)
		}
		edges := items[0][town.ID].Tree["in"].Edges
		if len(edges) != 1 {
			t.Fatalf("the grids of the town: %+v", edges)
		}
		return fmt.Sprintf("%d %+v %s %d", edges[0].Tie.Version, edges[0].Tie.Valid, edges[0].Item.Node.Title(), edges[0].Item.Node.Common().Version)
	}
	now := look()
	if _, err := s.write(t.Context(), "MATCH ()-[t]->() SET t.version = 1, t.validFrom = 0, t.validTo = $forever WITH count(t) AS ties MATCH (n:Node) SET n.version = 1", params{"forever": forever}); err != nil {
		t.Fatal(err)
	}
	if before := look(); before != now {
		t.Errorf("stored by an earlier program: %s, now: %s", before, now)
	}
}

func TestStoresThatAreOpenedAtOnceMigrateOnce(t *testing.T) {
	server := neo4jtest.For(t)
	if err := server.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	keys := make([]store.Key, 3)
	var wait sync.WaitGroup
	for i := range keys {
		wait.Go(func() {
			s, err := Open(t.Context(), options(server))
			if err != nil {
				t.Errorf("store %d: %v", i, err)
				return
			}
			keys[i] = s.key
			_ = s.Close()
		})
	}
	wait.Wait()
	if keys[0] != keys[1] || keys[1] != keys[2] || keys[0] == (store.Key{}) {
		t.Error("the stores do not have one key")
	}
}

func TestTextsOfAnOldVersionAreComputedAnew(t *testing.T) {
	s := empty(t)
	want := person("王秀兰")
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{want, person("李英")}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write(t.Context(), "MATCH (n:Node) SET n.norm = 'x', n.sortKey = 'x', n.pinyin = null WITH count(*) AS n MATCH (m:Meta) SET m.textVersion = $old", params{"old": text.Version - 1}); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, neo4jtest.For(t))
	for _, q := range []string{"王秀", "wangxiu", "wxl"} {
		page, err := s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query(q), Limit: 5})
		if err != nil || len(page.Hits) != 1 || page.Hits[0].Position.ID != want.Node.Common().ID {
			t.Errorf("%s: %+v, %v", q, page, err)
		}
	}
	page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindPerson, Order: store.Order{By: store.OrderTitle}, Window: store.Window{Limit: 5}})
	if err != nil || len(page.Edges) != 2 || page.Edges[1].Item.Node.Title() != "王秀兰" {
		t.Errorf("%+v, %v", page, err)
	}
	status, err := s.Ready(t.Context())
	if err != nil || status.TextVersion != text.Version {
		t.Errorf("%+v, %v", status, err)
	}
}

func TestTheRelationsOfAreasAreThoseOfTheRules(t *testing.T) {
	all := map[kg.Relation]bool{}
	for _, rule := range kg.AreaRules {
		if !rule.Self {
			continue
		}
		for _, r := range append(slices.Clone(rule.Via), rule.Else...) {
			all[r] = true
		}
	}
	if have, want := slices.Sorted(slices.Values(containerRelations)), slices.Sorted(maps.Keys(all)); !slices.Equal(have, want) {
		t.Errorf("%v, want %v", have, want)
	}
	for _, k := range populous {
		for _, r := range append(slices.Clone(kg.AreaRules[k].Via), kg.AreaRules[k].Else...) {
			for _, to := range r.Def().Far(k, kg.Out) {
				if !kg.AreaRules[to].Self {
					t.Errorf("%s comes into areas over a %s: the walk down from an area has to go through it", k, to)
				}
			}
		}
	}
}
