package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// badInput is a question that is refused: with which code, naming which argument.
var badInput = []struct {
	name, query string
	variables   map[string]any
	code        string
	names       string
}{
	{"a page of 0", `{ people(first: 0) { nodes { id } } }`, nil, "BAD_USER_INPUT", "first"},
	{"a negative page", `{ people(last: -1) { nodes { id } } }`, nil, "BAD_USER_INPUT", "last"},
	{"a page over 200", `{ people(first: 201) { nodes { id } } }`, nil, "BAD_USER_INPUT", "first"},
	{"a nested page over 200", `{ units { nodes { staff(first: 201) { nodes { id } } } } }`, nil, "BAD_USER_INPUT", "staff.first"},
	{"first and last", `{ people(first: 1, last: 1) { nodes { id } } }`, nil, "BAD_USER_INPUT", "last"},
	{"a malformed id", `{ node(id: "nobody") { id } }`, nil, "BAD_USER_INPUT", "id"},
	{"a malformed id of a kind", `{ person(id: "person_UPPER") { id } }`, nil, "BAD_USER_INPUT", "id"},
	{"a malformed id in a list", `{ nodes(ids: [$(wang1), "x"]) { id } }`, nil, "BAD_USER_INPUT", "ids[1]"},
	{"too many ids", `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": many(101, named("$(wang1)"))}, "BAD_USER_INPUT", "ids"},
	{"a malformed area", `{ people(where: {area: "here"}) { nodes { id } } }`, nil, "BAD_USER_INPUT", "where.area"},
	{"an unknown area", `{ people(where: {area: "grid_aaaaaaaaaaaaaaaaaaaaaaaa"}) { nodes { id } } }`, nil, "NOT_FOUND", "where.area"},
	{"an unknown area in a nested condition", `{ units { nodes { staff(where: {node: {area: "grid_aaaaaaaaaaaaaaaaaaaaaaaa"}}) { totalCount } } } }`, nil, "NOT_FOUND", "staff.where.node.area"},
	{"a cursor that nobody gave", `{ people(after: "abc") { nodes { id } } }`, nil, "BAD_USER_INPUT", "after"},
	{"a cursor that is not even base64", `{ people(before: "§") { nodes { id } } }`, nil, "BAD_USER_INPUT", "before"},
	{"a date that is none", `{ people(asOf: "2026-02-30") { nodes { id } } }`, nil, "BAD_USER_INPUT", "asOf"},
	{"a date in a condition", `{ people(where: {birthDate: {lt: "yesterday"}}) { nodes { id } } }`, nil, "BAD_USER_INPUT", "where.birthDate.lt"},
	{"latitude and longitude swapped", `{ households(where: {near: {point: {latitude: 131.01, longitude: 45.33}}}) { nodes { id } } }`, nil, "BAD_USER_INPUT", "where.near.point"},
	{"a point of no number", `query($p: PointInput!) { nearby(to: {point: $p}) { totalCount } }`, map[string]any{"p": map[string]any{"latitude": "NaN", "longitude": 1}}, "BAD_USER_INPUT", "to.point.latitude"},
	{"a radius of 0", `{ households(where: {near: {point: {latitude: 45, longitude: 131}, radius: 0}}) { nodes { id } } }`, nil, "BAD_USER_INPUT", "where.near.radius"},
	{"a radius over 5000", `{ nearby(to: {household: $(h1)}, radius: 5001) { totalCount } }`, nil, "BAD_USER_INPUT", "radius"},
	{"a negative radius", `{ unitCoverage(area: $(community), radius: -1) { targets } }`, nil, "BAD_USER_INPUT", "radius"},
	{"no key of a oneOf", `query($to: NearbyTarget!) { nearby(to: $to) { totalCount } }`, map[string]any{"to": map[string]any{}}, "BAD_USER_INPUT", "to"},
	{"two keys of a oneOf", `query($to: NearbyTarget!) { nearby(to: $to) { totalCount } }`, map[string]any{"to": map[string]any{"household": "a", "building": "b"}}, "BAD_USER_INPUT", "to"},
	{"a null key of a oneOf", `query($to: NearbyTarget!) { nearby(to: $to) { totalCount } }`, map[string]any{"to": map[string]any{"household": nil}}, "BAD_USER_INPUT", "to"},
	{"a oneOf literal with two keys", `{ nearby(to: {household: "a", building: "b"}) { totalCount } }`, nil, "BAD_USER_INPUT", ""},
	{"an id of another kind as target", `{ nearby(to: {household: $(b3)}) { totalCount } }`, nil, "BAD_USER_INPUT", "to.household"},
	{"an unknown household as target", `{ nearby(to: {household: "household_aaaaaaaaaaaaaaaaaaaaaaaa"}) { totalCount } }`, nil, "NOT_FOUND", "to.household"},
	{"an unknown area of a coverage", `{ unitCoverage(area: "division_aaaaaaaaaaaaaaaaaaaaaaaa") { targets } }`, nil, "NOT_FOUND", "area"},
	{"a malformed area of a coverage", `{ unitCoverage(area: "here") { targets } }`, nil, "BAD_USER_INPUT", "area"},
	{"a page of 0 in a coverage", `{ unitCoverage(area: $(community)) { units(first: 0) { nodes { id } } } }`, nil, "BAD_USER_INPUT", "units.first"},
	{"an age that nobody has", `{ nearby(to: {household: $(h1)}, where: {minAge: 1000}) { totalCount } }`, nil, "BAD_USER_INPUT", "where.minAge"},
	{"no way of being of a unit", `{ unitCoverage(area: $(community), by: []) { targets } }`, nil, "BAD_USER_INPUT", "by"},
	{"no care flag", `{ unitCoverage(area: $(community), targets: {careFlags: []}) { targets } }`, nil, "BAD_USER_INPUT", "targets.careFlags"},
	{"ages the wrong way round", `{ nearby(to: {household: $(h1)}, where: {minAge: 60, maxAge: 18}) { totalCount } }`, nil, "BAD_USER_INPUT", "where.maxAge"},
	{"an instant without a zone", `{ nearby(to: {household: $(h1)}, at: "2026-01-01 10:00") { totalCount } }`, nil, "BAD_USER_INPUT", "at"},
	{"a list that is too long", `query($ids: [ID!]) { people(where: {id: $ids}) { nodes { id } } }`, map[string]any{"ids": many(501, named("$(wang1)"))}, "BAD_USER_INPUT", "where.id"},
	{"a text that is too long", `query($s: String) { people(where: {name: {eq: $s}}) { nodes { id } } }`, map[string]any{"s": strings.Repeat("x", 1001)}, "BAD_USER_INPUT", "where.name.eq"},
	{"too many conditions", `query($w: PersonWhere) { people(where: $w) { nodes { id } } }`, map[string]any{"w": wide(1, 201)}, "BAD_USER_INPUT", "where.and[0].or[198]"},
	{"too many conditions on ties", `query($m: [ResidentsMatch!]) { households(where: {residents: {some: {or: $m}}}) { nodes { id } } }`, map[string]any{"m": alike(201, map[string]any{"validFrom": map[string]any{"absent": true}})}, "BAD_USER_INPUT", "where.residents.some.or[198]"},
	{"conditions on ties that nest too deeply", `query($m: ResidentsMatch) { households(where: {residents: {some: $m}}) { nodes { id } } }`, map[string]any{"m": nested(8, map[string]any{"validFrom": map[string]any{"absent": true}})}, "BAD_USER_INPUT", "where.residents.some" + strings.Repeat(".not", 8)},
	{"a blank title", `{ people(where: {name: {contains: " "}}) { nodes { id } } }`, nil, "BAD_USER_INPUT", "where.name.contains"},
	{"a division by nothing", `{ division { id } }`, nil, "BAD_USER_INPUT", "id, code"},
	{"a division by an id and a code", `{ division(id: $(community), code: "1") { id } }`, nil, "BAD_USER_INPUT", "id, code"},
	{"a division by two nulls", `query($id: ID, $code: String) { division(id: $id, code: $code) { id } }`, map[string]any{"id": nil, "code": nil}, "BAD_USER_INPUT", "id, code"},
	{"a count without a bound", `{ people(where: {posts: {count: {}}}) { nodes { id } } }`, nil, "BAD_USER_INPUT", "where.posts.count"},
	{"a search for nothing", `{ search(text: " ") { totalCount } }`, nil, "BAD_USER_INPUT", "text"},
	{"a search for too much", `query($s: String!) { search(text: $s) { totalCount } }`, map[string]any{"s": strings.Repeat("王", 65)}, "BAD_USER_INPUT", "text"},
	{"a search for a page of 0", `{ search(text: "王", first: 0) { nodes { id } } }`, nil, "BAD_USER_INPUT", "first"},
	{"a search among no kinds", `{ search(text: "王", kinds: []) { nodes { id } } }`, nil, "BAD_USER_INPUT", "kinds"},
	{"a search in a malformed area", `{ search(text: "王", area: "here") { nodes { id } } }`, nil, "BAD_USER_INPUT", "area"},
	{"a search in an unknown area", `{ search(text: "王", area: "grid_aaaaaaaaaaaaaaaaaaaaaaaa") { nodes { id } } }`, nil, "NOT_FOUND", "area"},
	{"a search after a cursor that nobody gave", `{ search(text: "王", after: "abc") { nodes { id } } }`, nil, "BAD_USER_INPUT", "after"},
	{"a search on a day that is none", `{ search(text: "王", asOf: "2026-13-01") { nodes { id } } }`, nil, "BAD_USER_INPUT", "asOf"},
	{"a search with a bad page below its hits", `{ search(text: "王") { nodes { ... on Person { livesIn(first: 201) { totalCount } } } } }`, nil, "BAD_USER_INPUT", "livesIn.first"},
	{"a path of no length", `{ path(from: $(h1), to: $(h2), maxLength: 0) { outcome } }`, nil, "BAD_USER_INPUT", "maxLength"},
	{"a path that may be too long", `{ path(from: $(h1), to: $(h2), maxLength: 11) { outcome } }`, nil, "BAD_USER_INPUT", "maxLength"},
	{"a path by no relation", `{ path(from: $(h1), to: $(h2), relations: []) { outcome } }`, nil, "BAD_USER_INPUT", "relations"},
	{"a path by a relation that does not exist", `{ path(from: $(h1), to: $(h2), relations: [LIKES]) { outcome } }`, nil, "BAD_USER_INPUT", ""},
	{"a path from a malformed id", `{ path(from: "here", to: $(h2)) { outcome } }`, nil, "BAD_USER_INPUT", "from"},
	{"a path to a malformed id", `{ path(from: $(h1), to: "there") { outcome } }`, nil, "BAD_USER_INPUT", "to"},
	{"a path from nowhere", `{ path(from: "household_aaaaaaaaaaaaaaaaaaaaaaaa", to: $(h2)) { outcome } }`, nil, "NOT_FOUND", "from"},
	{"a path to nowhere", `{ path(from: $(h1), to: "household_aaaaaaaaaaaaaaaaaaaaaaaa") { outcome } }`, nil, "NOT_FOUND", "to"},
	{"a path on a day that is none", `{ path(from: $(h1), to: $(h2), asOf: "2026-02-30") { outcome } }`, nil, "BAD_USER_INPUT", "asOf"},
	{"a path with a bad page below it", `{ path(from: $(wang1), to: $(h1)) { nodes { ... on Person { livesIn(first: 0) { totalCount } } } } }`, nil, "BAD_USER_INPUT", "livesIn.first"},
	{"counts by nothing", `query($by: PersonGroupBy!) { people { counts(groupBy: $by) { key } } }`, map[string]any{"by": map[string]any{}}, "BAD_USER_INPUT", "groupBy"},
	{"counts by two things", `query($by: PersonGroupBy!) { people { counts(groupBy: $by) { key } } }`, map[string]any{"by": map[string]any{"field": "SEX", "area": "VILLAGE"}}, "BAD_USER_INPUT", "groupBy"},
	{"counts by null", `query($by: PersonGroupBy!) { people { counts(groupBy: $by) { key } } }`, map[string]any{"by": map[string]any{"field": nil}}, "BAD_USER_INPUT", "groupBy"},
	{"counts by a field that does not exist", `{ people { counts(groupBy: {field: SHOE_SIZE}) { key } } }`, nil, "BAD_USER_INPUT", ""},
	{"counts by a field of the tie where there is none", `{ people { counts(groupBy: {tie: ROLE}) { key } } }`, nil, "BAD_USER_INPUT", ""},
	{"counts by an area that does not exist", `{ people { counts(groupBy: {area: GALAXY}) { key } } }`, nil, "BAD_USER_INPUT", ""},
	{"counts by a relation that the kind lacks", `{ people { counts(groupBy: {relation: STAFF}) { key } } }`, nil, "BAD_USER_INPUT", ""},
	{"counts with a bad condition", `{ people(where: {birthDate: {lt: "soon"}}) { counts(groupBy: {field: SEX}) { key } } }`, nil, "BAD_USER_INPUT", "where.birthDate.lt"},
	{"counts in an unknown area", `{ people(where: {area: "grid_aaaaaaaaaaaaaaaaaaaaaaaa"}) { counts(groupBy: {field: SEX}) { key } } }`, nil, "NOT_FOUND", "where.area"},
	{"a bad page below what counts are made by", `{ people { counts(groupBy: {relation: WORKS_AT}) { node { ... on Unit { staff(first: 0) { totalCount } } } } } }`, nil, "BAD_USER_INPUT", "counts.staff.first"},
	{"a field that does not exist", `{ people { nodes { secret } } }`, nil, "BAD_USER_INPUT", ""},
	{"an enum value that does not exist", `{ people(where: {sex: [OTHER]}) { nodes { id } } }`, nil, "BAD_USER_INPUT", ""},
	{"a change of nothing", `mutation($c: [Change!]!) { edit(changes: $c) { applied } }`, map[string]any{"c": []any{map[string]any{}}}, "BAD_USER_INPUT", "changes[0]"},
	{"two things in one change", `mutation($c: [Change!]!) { edit(changes: $c) { applied } }`, map[string]any{"c": []any{map[string]any{"end": map[string]any{"id": "a", "version": 1, "on": "2026-01-01"}, "delete": map[string]any{"id": "a", "version": 1}}}}, "BAD_USER_INPUT", "changes[0]"},
	{"two kinds in one creation", `mutation($c: CreateInput!) { edit(changes: [{create: $c}]) { applied } }`, map[string]any{"c": map[string]any{"unit": map[string]any{"name": "a"}, "team": map[string]any{"name": "a"}}}, "BAD_USER_INPUT", "changes[0].create"},
	{"a creation of null", `mutation($c: CreateInput) { edit(changes: [{create: $c}]) { applied } }`, map[string]any{"c": nil}, "BAD_USER_INPUT", ""},
	{"more changes than an edit takes", `mutation($c: [Change!]!) { edit(changes: $c) { applied } }`, map[string]any{"c": slices.Repeat([]any{map[string]any{"create": map[string]any{"unit": map[string]any{"name": "a"}}}}, 501)}, "LIMIT_EXCEEDED", "changes"},
	{"a date of birth that is no day", `mutation { edit(changes: [{create: {person: {name: "a", birthDate: "2026-02-30"}}}]) { applied } }`, nil, "BAD_USER_INPUT", "changes[0].create.person.birthDate"},
	{"an instant on duty without a zone", `mutation { edit(changes: [{tie: {onDutyAt: {from: $(li), to: $(station), startsAt: "2026-01-01 10:00"}}}]) { applied } }`, nil, "BAD_USER_INPUT", "changes[0].tie.onDutyAt.startsAt"},
	{"a name that is too long", `mutation($s: String) { edit(changes: [{create: {unit: {name: $s}}}]) { applied } }`, map[string]any{"s": strings.Repeat("x", 1001)}, "BAD_USER_INPUT", "changes[0].create.unit.name"},
	{"a latitude that is no number", `mutation($p: PositionInput) { edit(changes: [{create: {building: {name: "a", point: $p}}}]) { applied } }`, map[string]any{"p": map[string]any{"latitude": "NaN", "longitude": 1, "datum": "WGS84"}}, "BAD_USER_INPUT", "changes[0].create.building.point.latitude"},
	{"a point without a datum", `mutation { edit(changes: [{create: {building: {name: "a", point: {latitude: 45, longitude: 131}}}}]) { applied } }`, nil, "BAD_USER_INPUT", ""},
	{"a datum that does not exist", `mutation { edit(changes: [{create: {building: {name: "a", point: {latitude: 45, longitude: 131, datum: ED50}}}}]) { applied } }`, nil, "BAD_USER_INPUT", ""},
	{"a change without a version", `mutation { edit(changes: [{change: {person: {id: $(li), name: "a"}}}]) { applied } }`, nil, "BAD_USER_INPUT", ""},
	{"a field that the relation lacks", `mutation { edit(changes: [{tie: {livesIn: {from: $(li), to: $(h1), role: "a"}}}]) { applied } }`, nil, "BAD_USER_INPUT", ""},
	{"an id of an edit that is empty", `mutation { edit(batchId: "", changes: [{create: {unit: {name: "a"}}}]) { applied } }`, nil, "BAD_USER_INPUT", "batchId"},
	{"a document that does not parse", `{ people( }`, nil, "BAD_USER_INPUT", ""},
}

func many(n int, quoted string) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = strings.Trim(quoted, `"`)
	}
	return out
}

func alike(n int, v any) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func TestBadInputIsRefusedWithACodeThatNamesTheArgument(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		for _, c := range badInput {
			t.Run(c.name, func(t *testing.T) {
				a := e.ask(t, named(c.query), c.variables)
				if len(a.Errors) == 0 {
					t.Fatalf("it was answered: %s", a.Data)
				}
				got := a.Errors[0]
				if got.Extensions["code"] != c.code {
					t.Errorf("code %v (%s), want %s", got.Extensions["code"], got.Message, c.code)
				}
				if c.names != "" && !strings.HasPrefix(got.Message, c.names+":") {
					t.Errorf("the error does not begin with the argument %s: %s", c.names, got.Message)
				}
				if c.code == "BAD_USER_INPUT" && c.names != "" && !strings.Contains(got.Message, "allowed: ") {
					t.Errorf("the error does not say what is allowed: %s", got.Message)
				}
			})
		}
	})
}

func TestACursorIsGoodForItsOwnQuestionOnly(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		a := e.data(t, `{ people(first: 2) { pageInfo { endCursor } } }`, nil)
		cursor := strings.Split(string(a.Data), `"`)[7]
		e.data(t, fmt.Sprintf(`{ people(first: 5, after: %q) { nodes { id } } }`, cursor), nil)
		for _, q := range []string{
			`{ units(after: %q) { nodes { id } } }`,
			`{ people(after: %q, where: {retired: true}) { nodes { id } } }`,
			`{ people(after: %q, orderBy: {field: TITLE}) { nodes { id } } }`,
			`{ people(after: %q, asOf: "2020-01-01") { nodes { id } } }`,
			`{ units { nodes { staff(after: %q) { nodes { id } } } } }`,
			`{ search(text: "王", after: %q) { nodes { id } } }`,
		} {
			a := e.ask(t, fmt.Sprintf(q, cursor), nil)
			if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != "BAD_USER_INPUT" {
				t.Errorf("%s: taken: %s %v", q, a.Data, a.Errors)
			}
		}
	})
}

func TestAnArgumentThatIsNullIsNotGiven(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		const both = `query($id: ID, $code: String) { division(id: $id, code: $code) { id title } }`
		byID := string(e.data(t, both, map[string]any{"id": string(fixture.ID("community")), "code": nil}).Data)
		if want := string(e.data(t, named(`{ division(id: $(community)) { id title } }`), nil).Data); byID != want {
			t.Errorf("by id %s, want %s", byID, want)
		}
	})
}
