package storetest

import (
	"slices"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
)

func eq(field string, value any) kg.Filter {
	return kg.Compare{Field: field, Op: kg.EQ, Value: value}
}

var everyOp = []kg.Op{kg.EQ, kg.LT, kg.LTE, kg.GT, kg.GTE, kg.Prefix, kg.Contains, kg.Absent, "unknown"}

// filterCase is a filter and the names of what it holds for, sorted.
type filterCase struct {
	filter kg.Filter
	want   string
}

func (g *graph) check(t *testing.T, v store.View, k kg.Kind, cases ...filterCase) {
	t.Helper()
	for _, c := range cases {
		equal(t, describe("filter", c.filter), g.found(t, v, k, c.filter), c.want)
	}
}

func (g *graph) testFilter(t *testing.T) {
	t.Run("text_compares_by_code_point", func(t *testing.T) {
		g.check(t, today, kg.KindUnit,
			filterCase{eq("code", "U-2"), "school"},
			filterCase{eq("code", "u-2"), ""},
			filterCase{kg.Compare{Field: "code", Op: kg.LT, Value: "U-2"}, "gov"},
			filterCase{kg.Compare{Field: "code", Op: kg.LTE, Value: "U-2"}, "gov, school"},
			filterCase{kg.Compare{Field: "code", Op: kg.GT, Value: "U-2"}, "clinic, property"},
			filterCase{kg.Compare{Field: "code", Op: kg.GTE, Value: "U-3"}, "clinic, property"},
			filterCase{kg.Compare{Field: "unitKind", Op: kg.Prefix, Value: "g"}, "gov"},
			filterCase{kg.Compare{Field: "unitKind", Op: kg.Contains, Value: "o"}, "clinic, gov, property, school"},
			filterCase{kg.Compare{Field: "unitKind", Op: kg.Contains, Value: "%"}, ""},
			filterCase{kg.Compare{Field: "unitKind", Op: kg.Prefix, Value: "_"}, ""},
			filterCase{kg.Compare{Field: "unitKind", Op: kg.Prefix, Value: ""}, "clinic, gov, property, school"},
			filterCase{kg.OneOf{Field: "code", Values: []any{"U-1", "U-4", "U-9", "", nil, int64(1)}}, "clinic, gov"},
			filterCase{kg.OneOf{Field: "code"}, ""})
	})
	t.Run("titles_compare_normalised", func(t *testing.T) {
		g.check(t, today, kg.KindPerson,
			filterCase{eq(kg.TitleField, kg.NormText("王秀兰")), "wang1, wang2"},
			filterCase{kg.Compare{Field: kg.TitleField, Op: kg.Prefix, Value: "王秀"}, "stranger, wang1, wang2"},
			filterCase{kg.Compare{Field: kg.TitleField, Op: kg.Contains, Value: "秀"}, "shan, stranger, wang1, wang2"},
			filterCase{kg.Compare{Field: kg.TitleField, Op: kg.Prefix, Value: kg.NormText("ANN")}, "ann"},
			filterCase{kg.Compare{Field: kg.TitleField, Op: kg.Prefix, Value: "Ann"}, ""},
			filterCase{kg.Compare{Field: "name", Op: kg.Prefix, Value: "Ann"}, "ann"},
			filterCase{kg.OneOf{Field: kg.TitleField, Values: []any{"解放", "李红"}}, "lihong, xie"},
			filterCase{kg.Compare{Field: kg.TitleField, Op: kg.Absent}, ""})
	})
	t.Run("numbers_compare_by_value", func(t *testing.T) {
		g.check(t, today, kg.KindBuilding,
			filterCase{eq("floors", int64(6)), "b3"},
			filterCase{kg.Compare{Field: "floors", Op: kg.LT, Value: int64(6)}, "barn, hall, shed, twin"},
			filterCase{kg.Compare{Field: "floors", Op: kg.LTE, Value: int64(2)}, "barn, hall, shed, twin"},
			filterCase{kg.Compare{Field: "floors", Op: kg.GT, Value: int64(2)}, "b12, b3"},
			filterCase{kg.Compare{Field: "floors", Op: kg.GTE, Value: int64(18)}, "b12"},
			filterCase{kg.Compare{Field: "floors", Op: kg.Absent}, ""},
			filterCase{eq("floors", "6"), ""},
			filterCase{kg.Compare{Field: "floors", Op: kg.Prefix, Value: int64(1)}, ""},
			filterCase{kg.OneOf{Field: "floors", Values: []any{int64(18), int64(0), "6"}}, "b12, barn"})
	})
	t.Run("days_compare_by_date_and_no_day_satisfies_absent_only", func(t *testing.T) {
		born := int64(kg.MustDate("1948-02-29"))
		g.check(t, today, kg.KindPerson,
			filterCase{eq("birthDate", born), "wang1"},
			filterCase{kg.Compare{Field: "birthDate", Op: kg.LT, Value: born}, "grandpa"},
			filterCase{kg.Compare{Field: "birthDate", Op: kg.LTE, Value: born}, "grandpa, wang1"},
			filterCase{kg.Compare{Field: "birthDate", Op: kg.LT, Value: int64(1)}, ""},
			filterCase{eq("birthDate", int64(0)), ""},
			filterCase{kg.Compare{Field: "birthDate", Op: kg.GTE, Value: int64(kg.MustDate("1995-05-05"))}, "ann, child"},
			filterCase{kg.Compare{Field: "birthDate", Op: kg.Absent}, "qiu"},
			filterCase{kg.Not{F: kg.Compare{Field: "birthDate", Op: kg.GT, Value: int64(1)}}, "qiu"})
	})
	t.Run("picks_and_bools_compare_by_equality", func(t *testing.T) {
		g.check(t, today, kg.KindPerson,
			filterCase{eq("sex", "MALE"), "child, grandpa, li, stranger, xie, zeng, zhou"},
			filterCase{kg.Compare{Field: "sex", Op: kg.Absent}, "qiu"},
			filterCase{kg.Not{F: eq("sex", "FEMALE")}, "child, grandpa, li, qiu, stranger, xie, zeng, zhou"},
			filterCase{eq("retired", true), "shan, xie"},
			filterCase{kg.And{eq("retired", false), eq("partyStatus", "FULL")}, "grandpa, li, stranger, wang2"},
			filterCase{kg.OneOf{Field: "retired", Values: []any{true}}, "shan, xie"},
			filterCase{kg.Compare{Field: "retired", Op: kg.GTE, Value: false}, ""},
			filterCase{kg.Compare{Field: "retired", Op: kg.Absent}, ""})
	})
	t.Run("a_point_is_there_or_absent", func(t *testing.T) {
		g.check(t, today, kg.KindBuilding,
			filterCase{kg.Compare{Field: "point", Op: kg.Absent}, "barn, shed"},
			filterCase{kg.Not{F: kg.Compare{Field: "point", Op: kg.Absent}}, "b12, b3, hall, twin"})
	})
	t.Run("a_field_that_the_kind_does_not_have_is_absent", func(t *testing.T) {
		g.check(t, today, kg.KindTeam,
			filterCase{eq("floors", int64(0)), ""},
			filterCase{kg.Compare{Field: "floors", Op: kg.Absent}, "flood, volunteers"},
			filterCase{kg.Compare{Field: "nonsense", Op: kg.Absent}, "flood, volunteers"},
			filterCase{kg.Compare{Field: "address", Op: kg.Prefix, Value: ""}, ""})
		g.check(t, today, kg.KindPerson, filterCase{eq("phone", "1"), ""}, filterCase{eq("specialties", ""), ""})
	})
	t.Run("every_operator_on_every_field_means_what_test_says", g.filterTable)
	t.Run("a_flag_holds_on_the_days_of_its_span", func(t *testing.T) {
		hardship := kg.Flagged{Field: "careFlags", AnyOf: []string{kg.Hardship}}
		g.check(t, today, kg.KindHousehold, filterCase{hardship, "h4"},
			filterCase{kg.Flagged{Field: "careFlags", AnyOf: []string{kg.ElderlyAlone, kg.LeftBehindElder}}, "h1, h6"},
			filterCase{kg.Flagged{Field: "careFlags"}, ""},
			filterCase{kg.Flagged{Field: "nonsense", AnyOf: []string{kg.Hardship}}, ""},
			filterCase{kg.Not{F: kg.Flagged{Field: "careFlags", AnyOf: kg.CareFlags.Names()}}, "h2, h3, h5, h7, h8"})
		g.check(t, on("2018-12-31"), kg.KindHousehold, filterCase{hardship, "h4"})
		g.check(t, on("2019-01-01"), kg.KindHousehold, filterCase{hardship, "h2"})
		g.check(t, on("2020-12-31"), kg.KindHousehold, filterCase{hardship, "h2"})
		g.check(t, on("2021-01-01"), kg.KindHousehold, filterCase{hardship, ""})
		g.check(t, always, kg.KindHousehold, filterCase{hardship, "h2, h4"})
	})
	t.Run("ids_and_kinds", func(t *testing.T) {
		g.check(t, today, kg.KindPerson,
			filterCase{kg.IDIn(g.f.IDs("li", "h1", "dead", "wang1")), "li, wang1"},
			filterCase{kg.IDIn(nil), ""},
			filterCase{kg.And{kg.KindIn{kg.KindPerson, kg.KindUnit}, eq("retired", true)}, "shan, xie"},
			filterCase{kg.KindIn{kg.KindUnit}, ""},
			filterCase{kg.KindIn(nil), ""})
	})
	t.Run("an_empty_and_holds_always_an_empty_or_never", func(t *testing.T) {
		g.check(t, today, kg.KindTeam,
			filterCase{kg.And{}, "flood, volunteers"}, filterCase{kg.Or{}, ""},
			filterCase{kg.Not{F: kg.Or{}}, "flood, volunteers"}, filterCase{kg.Not{F: kg.And{}}, ""},
			filterCase{kg.Not{}, ""}, filterCase{kg.And{nil, kg.And{}}, "flood, volunteers"},
			filterCase{kg.Or{kg.Or{}, kg.And{eq("temporary", true), kg.Not{F: eq("code", "T-1")}}}, "flood"},
			filterCase{kg.Not{F: kg.Not{F: kg.Not{F: eq("temporary", true)}}}, "volunteers"})
	})
	t.Run("area_means_in_it_or_below_on_the_day", g.filterArea)
}

// filterTable asks every field of every kind with every operator and values of every type. One list asks all
// operators, each of its own node, so that a wrong one shows.
func (g *graph) filterTable(t *testing.T) {
	for _, d := range kg.Kinds {
		ids := g.f.Of(d.Kind)
		for _, f := range kg.FieldsOf(d.Kind) {
			if !g.asks("fields", d.Kind, f.Name) {
				continue
			}
			var right []any
			for _, id := range ids[:2] {
				switch v := f.Get(g.f.Node(g.f.Name(id))).(type) {
				case string, int64, bool:
					right = append(right, v)
				}
			}
			values := append([]any{"B", int64(2), true}, right...)
			for round, from := range [][]any{append(right, "B"), values} {
				var cases kg.Or
				for i, op := range everyOp {
					cases = append(cases, kg.And{kg.Compare{Field: f.Name, Op: op, Value: from[i%len(from)]}, kg.IDIn{ids[(i+round)%len(ids)]}})
				}
				g.found(t, always, d.Kind, cases)
			}
			g.found(t, always, d.Kind, kg.OneOf{Field: f.Name, Values: values})
		}
	}
}

func (g *graph) filterArea(t *testing.T) {
	in := func(areas ...string) kg.Filter { return kg.InArea{Areas: g.f.IDs(areas...)} }
	g.check(t, today, kg.KindHousehold, filterCase{in("grid3"), "h1, h2, h3, h4, h8"}, filterCase{in("micro", "yard"), "h5, h6"},
		filterCase{in("h1"), "h1"}, filterCase{in("b3"), "h1, h2, h4, h8"}, filterCase{in(), ""}, filterCase{in("sunny"), "h1, h2, h3, h4, h8"})
	g.check(t, today, kg.KindBuilding, filterCase{in("sunny"), "b12, b3"}, filterCase{in("village"), "barn, hall, shed, twin"})
	g.check(t, today, kg.KindDivision, filterCase{in("township"), "community, district, township, village"}, filterCase{in("sunny"), ""})
	g.check(t, today, kg.KindPerson, filterCase{in("village"), "child, grandpa, li, lihong, zhou"}, filterCase{in("grid1"), "grandpa, zhou"},
		filterCase{in("township"), "child, grandpa, li, lihong, shan, stranger, wang1, wang2, xie, zeng, zhou"})
	g.check(t, today, kg.KindUnit, filterCase{in("grid3"), "clinic"}, filterCase{in("community"), "clinic, property, school"}, filterCase{in("grid1"), "gov"}, filterCase{in("li"), ""})
	g.check(t, today, kg.KindPartyOrg, filterCase{in("community"), "schoolbranch"}, filterCase{in("village"), "branch, hub"}, filterCase{in("h7"), "hub"})
	g.check(t, today, kg.KindPlace, filterCase{in("b3"), "station"}, filterCase{in("community"), "station"}, filterCase{in("village"), "booth, canteen"})
	g.check(t, today, kg.KindJointCommittee, filterCase{in("county"), "joint, meeting"}, filterCase{in("community"), "joint"})
	g.check(t, today, kg.KindTeam, filterCase{in("village"), "flood"})
	g.check(t, on("2026-10-01"), kg.KindTeam, filterCase{in("village"), ""})
	g.check(t, today, kg.KindDoorbell, filterCase{in("b3"), "bell1, bell2"}, filterCase{in("micro"), ""})
	g.check(t, today, kg.KindResidentBody, filterCase{in("sunny"), "owners"})
	g.check(t, on("2023-06-01"), kg.KindPerson, filterCase{in("community"), "shan, wang1, wang2, xie, zeng"}) // zeng by registration
	g.check(t, on("2023-06-01"), kg.KindPerson, filterCase{in("grid3"), "shan, wang1, wang2, xie"})
	day := kg.InArea{Areas: g.f.IDs("oldvillage"), On: kg.MustDate("2020-06-06")}
	g.check(t, today, kg.KindHousehold, filterCase{day, "h5"}, filterCase{in("oldvillage"), ""})
	g.check(t, always, kg.KindHousehold, filterCase{in("oldvillage"), "h5"}, filterCase{in("b12"), "h3, h4"})
	everAfter := kg.InArea{Areas: g.f.IDs("b12"), On: kg.Always}
	g.check(t, today, kg.KindHousehold, filterCase{everAfter, "h3, h4"}, filterCase{kg.Not{F: everAfter}, "h1, h2, h5, h6, h7, h8"})
	for _, area := range []kg.Kind{kg.KindDivision, kg.KindGrid, kg.KindCompound, kg.KindBuilding, kg.KindEntrance, kg.KindHousehold} {
		for _, id := range g.f.Of(area) {
			for _, d := range kg.Kinds {
				g.found(t, today, d.Kind, kg.InArea{Areas: []kg.ID{id}})
			}
		}
	}
}

func some(r kg.Relation, dir kg.Direction, tie, node kg.Filter) kg.Linked {
	return kg.Linked{Relation: r, Direction: dir, Tie: tie, Node: node, Min: 1, Max: -1}
}

func none(r kg.Relation, dir kg.Direction, tie, node kg.Filter) kg.Linked {
	return kg.Linked{Relation: r, Direction: dir, Tie: tie, Node: node}
}

// testLinked is about filters that look at a node's ties.
func (g *graph) testLinked(t *testing.T) {
	t.Run("some_none_and_counts_are_of_valid_ties", func(t *testing.T) {
		count := func(low, high int) kg.Filter {
			return kg.Linked{Relation: kg.LivesIn, Direction: kg.In, Min: low, Max: high}
		}
		g.check(t, today, kg.KindHousehold,
			filterCase{some(kg.LivesIn, kg.In, nil, nil), "h1, h2, h4, h5, h6, h8"},
			filterCase{none(kg.LivesIn, kg.In, nil, nil), "h3, h7"},
			filterCase{count(2, -1), "h4, h5"}, filterCase{count(2, 2), "h4"}, filterCase{count(0, 1), "h1, h2, h3, h6, h7, h8"},
			filterCase{count(3, 2), ""}, filterCase{count(0, -1), "h1, h2, h3, h4, h5, h6, h7, h8"})
		g.check(t, on("2022-01-01"), kg.KindHousehold, filterCase{count(2, -1), "h5, h6"}, filterCase{none(kg.LivesIn, kg.In, nil, nil), "h7"})
	})
	t.Run("ties_are_counted_and_not_far_ends", func(t *testing.T) {
		responsible := kg.Linked{Relation: kg.ResponsibleFor, Direction: kg.In, Min: 3, Max: 3}
		g.check(t, today, kg.KindHousehold, filterCase{responsible, "h1"})
		seats := kg.Linked{Relation: kg.SitsOn, Direction: kg.ByRef, Min: 2, Max: -1}
		g.check(t, today, kg.KindUnit, filterCase{seats, "gov"})
	})
	t.Run("the_far_end_must_live", func(t *testing.T) {
		g.check(t, today, kg.KindHousehold, filterCase{some(kg.LivesIn, kg.In, nil, eq("name", "钱老")), ""}, filterCase{some(kg.LivesIn, kg.In, nil, eq("name", "孙新")), ""})
		g.check(t, on("2022-02-01"), kg.KindHousehold, filterCase{some(kg.LivesIn, kg.In, nil, eq("name", "钱老")), "h6"})
		g.check(t, on("2026-12-01"), kg.KindHousehold, filterCase{some(kg.LivesIn, kg.In, nil, eq("name", "孙新")), "h2"})
		g.check(t, always, kg.KindHousehold, filterCase{some(kg.LivesIn, kg.In, nil, kg.OneOf{Field: "name", Values: []any{"孙新", "钱老"}}), "h2, h6"})
	})
	t.Run("fields_of_the_tie_and_of_the_far_end_hold_for_one_tie", func(t *testing.T) {
		both := some(kg.ResponsibleFor, kg.In, eq("slot", "1"), kg.And{kg.KindIn{kg.KindPerson}, eq("retired", true)})
		g.check(t, today, kg.KindHousehold, filterCase{both, ""}, // slot 1 is zeng's, retired is shan
			filterCase{some(kg.ResponsibleFor, kg.In, eq("slot", "5"), eq("retired", true)), "h1"})
	})
	t.Run("every_field_of_ties_can_be_asked", g.linkedFields)
	t.Run("validity_can_be_asked_and_an_open_end_is_absent", func(t *testing.T) {
		start := kg.Compare{Field: "validFrom", Op: kg.GTE, Value: int64(kg.MustDate("2026-01-01"))}
		open := kg.Compare{Field: "validTo", Op: kg.Absent}
		ends := kg.Compare{Field: "validTo", Op: kg.GT, Value: int64(kg.MustDate("2026-09-01"))}
		g.check(t, today, kg.KindPerson,
			filterCase{some(kg.WorksAt, kg.Out, start, nil), "li"},
			filterCase{some(kg.WorksAt, kg.Out, kg.Compare{Field: "validFrom", Op: kg.Absent}, nil), "li, wang2, zhou"},
			filterCase{some(kg.LivesIn, kg.Out, kg.Not{F: open}, nil), ""})
		g.check(t, today, kg.KindTeam, filterCase{some(kg.Serves, kg.Out, ends, nil), "flood"}, filterCase{some(kg.Serves, kg.Out, open, nil), "volunteers"})
		g.check(t, always, kg.KindPerson, filterCase{some(kg.LivesIn, kg.Out, kg.Compare{Field: "validTo", Op: kg.LTE, Value: int64(kg.MustDate("2023-01-01"))}, nil), "zeng"})
	})
	t.Run("a_filter_on_nodes_says_nothing_of_a_tie", func(t *testing.T) {
		for _, f := range []kg.Filter{kg.IDIn(g.f.IDs("li")), kg.KindIn{kg.KindPerson}, kg.InArea{Areas: g.f.IDs("village")}, some(kg.LivesIn, kg.Out, nil, nil),
			kg.Flagged{Field: "careFlags", AnyOf: []string{kg.NoKin}}, eq("nonsense", "x"), kg.Compare{Field: "nonsense", Op: kg.Absent}, kg.Compare{Field: "startsAt", Op: kg.Absent}} {
			g.check(t, today, kg.KindTeam, filterCase{some(kg.InTeam, kg.In, f, nil), ""}, filterCase{some(kg.InTeam, kg.In, kg.Not{F: f}, nil), "flood, volunteers"})
		}
	})
	t.Run("filters_nest_through_many_relations", func(t *testing.T) {
		colleagues := some(kg.WorksAt, kg.Out, nil, some(kg.WorksAt, kg.In, nil, eq("sex", "FEMALE")))
		g.check(t, today, kg.KindHousehold,
			filterCase{some(kg.LivesIn, kg.In, nil, colleagues), "h2, h4"},
			filterCase{some(kg.LivesIn, kg.In, nil, kg.And{colleagues, none(kg.BelongsTo, kg.Out, eq("kind", "PLACED"), nil)}), "h2"},
			filterCase{some(kg.PartOf, kg.Out, nil, some(kg.PartOf, kg.Out, nil, kg.Linked{Relation: kg.PartOf, Direction: kg.In, Min: 2, Max: 2})), "h1, h2, h4, h6, h7, h8"})
		g.check(t, today, kg.KindUnit,
			filterCase{some(kg.SitsOn, kg.ByRef, nil, some(kg.LivesIn, kg.Out, nil, kg.InArea{Areas: g.f.IDs("grid3")})), "school"},
			filterCase{none(kg.DeployedTo, kg.ByRef, nil, eq("sex", "MALE")), "clinic, property, school"})
	})
	t.Run("filters_nest_under_not_and_or", func(t *testing.T) {
		g.check(t, today, kg.KindPerson, filterCase{kg.Or{
			kg.And{none(kg.LivesIn, kg.Out, nil, nil), kg.Not{F: some(kg.RegisteredWith, kg.Out, nil, nil)}, kg.Not{F: some(kg.WorksAt, kg.Out, nil, nil)}},
			some(kg.KeyholderOf, kg.Out, nil, nil)}, "ann, qiu, shan"})
	})
	t.Run("a_relation_that_the_kind_does_not_have_counts_nothing", func(t *testing.T) {
		for _, f := range []kg.Linked{some(kg.LivesIn, kg.In, nil, nil), some(kg.PartOf, kg.Out, nil, nil), some(kg.WorksAt, kg.ByRef, nil, nil), some("NONSENSE", kg.Out, nil, nil), some(kg.LivesIn, kg.ByRef, nil, nil)} {
			g.check(t, today, kg.KindTeam, filterCase{f, ""}, filterCase{kg.Not{F: f}, "flood, volunteers"})
		}
	})
	t.Run("flags_and_areas_of_far_ends_are_of_the_day", func(t *testing.T) {
		alone := some(kg.LivesIn, kg.In, nil, kg.Flagged{Field: "careFlags", AnyOf: []string{kg.ElderlyAlone, kg.LeftBehindChild}})
		g.check(t, today, kg.KindHousehold, filterCase{alone, "h1, h5"})
		g.check(t, on("2025-12-31"), kg.KindHousehold, filterCase{alone, "h1"})
		g.check(t, on("2019-12-31"), kg.KindHousehold, filterCase{alone, ""})
		lived := some(kg.LivesIn, kg.Out, nil, kg.InArea{Areas: g.f.IDs("b12")})
		g.check(t, on("2022-12-31"), kg.KindPerson, filterCase{lived, "xie, zeng"})
		g.check(t, today, kg.KindPerson, filterCase{lived, ""})
	})
}

// linkedFields asks every field of ties, of a relation that carries it, with every operator.
func (g *graph) linkedFields(t *testing.T) {
	carries := func(field string) (kg.Relation, kg.Kind) {
		for _, d := range kg.Relations {
			for _, f := range slices.Concat(d.Fields, d.Computed) {
				if f == field {
					return d.Relation, d.Froms()[0]
				}
			}
		}
		return kg.LivesIn, kg.KindPerson
	}
	fields := append([]kg.TieField{*kg.TieFieldOf("validFrom"), *kg.TieFieldOf("validTo")}, kg.TieFields()...)
	fields = append(fields, kg.ComputedTieFields()...)
	for _, f := range fields {
		if !g.asks("fields of ties", f.Name) {
			continue
		}
		relation, kind := carries(f.Name)
		values := []any{"B", int64(2), true, false}
		for _, m := range g.f.Changes {
			if m.Tie != nil && m.Tie.Relation == relation && f.Get(m.Tie) != "" && len(values) < 6 {
				values = append(values, f.Get(m.Tie))
			}
		}
		people := g.f.Of(kind)
		for round := range 2 {
			var cases kg.Or
			for i, op := range everyOp {
				v := values[len(values)-1-(i*round)%len(values)]
				cases = append(cases, kg.And{some(relation, kg.Out, kg.Compare{Field: f.Name, Op: op, Value: v}, nil), kg.IDIn{people[(2*i+round)%len(people)]}})
			}
			g.found(t, always, kind, cases)
			g.found(t, always, kind, some(relation, kg.Out, kg.Compare{Field: f.Name, Op: everyOp[round], Value: values[len(values)-1]}, nil))
		}
		g.found(t, always, kind, some(relation, kg.Out, kg.OneOf{Field: f.Name, Values: values}, nil))
	}
	onDuty := func(at string) kg.Filter {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		return some(kg.OnDutyAt, kg.Out, kg.OnDuty(instant, time.FixedZone("UTC+8", 8*3600)), nil)
	}
	g.check(t, today, kg.KindPerson, // weekly hours of one, a night of another; a third is on duty without hours
		filterCase{onDuty("2026-03-02T08:29:00+08:00"), ""},
		filterCase{onDuty("2026-03-02T08:30:00+08:00"), "zeng"},
		filterCase{onDuty("2026-03-09T11:59:00+08:00"), "zeng"},
		filterCase{onDuty("2026-03-02T12:00:00+08:00"), ""},
		filterCase{onDuty("2026-03-03T09:00:00+08:00"), ""},
		filterCase{onDuty("2026-09-01T19:59:00+08:00"), ""},
		filterCase{onDuty("2026-09-01T20:00:00+08:00"), "li"},
		filterCase{onDuty("2026-09-02T08:00:00+08:00"), ""})
	g.check(t, today, kg.KindPerson,
		filterCase{some(kg.ContactOf, kg.Out, eq("consent", true), nil), "li, stranger, wang1, wang2, zeng"},
		filterCase{some(kg.ContactOf, kg.Out, eq("rank", int64(1)), nil), "ann, li, wang2"},
		filterCase{some(kg.ContactOf, kg.Out, kg.Compare{Field: "rank", Op: kg.LTE, Value: int64(0)}, nil), "wang1"},
		filterCase{some(kg.ContactOf, kg.Out, kg.Compare{Field: "kinship", Op: kg.Absent}, nil), "li"},
		filterCase{some(kg.HoldsPost, kg.Out, kg.Compare{Field: "role", Op: kg.Prefix, Value: "law"}, nil), "shan"},
		filterCase{some(kg.WorksAt, kg.Out, kg.Compare{Field: "post", Op: kg.Contains, Value: "ea"}, nil), "wang2, zeng"})
}
