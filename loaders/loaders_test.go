package loaders

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
)

func testPlanner() *planner {
	return &planner{session: &Session{today: kg.MustDate("2026-01-01"), cursors: store.NewCursors(store.Key{})}, nears: map[string]*near{}, found: map[string]nearAnswer{}}
}

func TestConditionsBecomeFilters(t *testing.T) {
	house, area := kg.NewID(kg.KindHousehold), kg.NewID(kg.KindGrid)
	for _, c := range []struct {
		kind  kg.Kind
		where map[string]any
		want  kg.Filter
	}{
		{kg.KindPerson, map[string]any{"id": string(house)}, kg.IDIn{house}},
		{kg.KindPerson, map[string]any{"sex": []any{"MALE"}}, kg.OneOf{Field: "sex", Values: []any{"MALE"}}},
		{kg.KindPerson, map[string]any{"retired": true}, kg.Compare{Field: "retired", Op: kg.EQ, Value: true}},
		{kg.KindPerson, map[string]any{"birthDate": map[string]any{"lt": "0001-01-02"}}, kg.And{kg.Compare{Field: "birthDate", Op: kg.LT, Value: int64(2)}}},
		{kg.KindPerson, map[string]any{"name": map[string]any{"eq": "ＡＮＮ"}}, kg.And{kg.Compare{Field: kg.TitleField, Op: kg.EQ, Value: "ann"}}},
		{kg.KindPerson, map[string]any{"not": map[string]any{"retired": true}}, kg.Not{F: kg.Compare{Field: "retired", Op: kg.EQ, Value: true}}},
		{kg.KindBuilding, map[string]any{"floors": map[string]any{"in": []any{int64(3), 4.0}}}, kg.And{kg.OneOf{Field: "floors", Values: []any{int64(3), int64(4)}}}},
		{kg.KindPerson, map[string]any{"area": string(area)}, kg.InArea{Areas: []kg.ID{area}}},
		{kg.KindPerson, map[string]any{"worksAt": map[string]any{"none": map[string]any{"post": map[string]any{"eq": "clerk"}}}},
			kg.And{kg.Linked{Relation: kg.WorksAt, Direction: kg.Out, Tie: kg.And{kg.Compare{Field: "post", Op: kg.EQ, Value: "clerk"}}}}},
		{kg.KindUnit, map[string]any{"seats": map[string]any{"count": map[string]any{"lte": int64(2)}}},
			kg.And{kg.Linked{Relation: kg.SitsOn, Direction: kg.ByRef, Max: 2}}},
		{"", map[string]any{"person": map[string]any{"retired": false}}, kg.And{kg.KindIn{kg.KindPerson}, kg.Compare{Field: "retired", Op: kg.EQ, Value: false}}},
	} {
		got, err := testPlanner().where("where", c.kind, c.where)
		if err != nil || fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", c.want) {
			t.Errorf("%v:\n got %#v (%v)\nwant %#v", c.where, got, err, c.want)
		}
	}
}

func TestFlagsOfAHouseholdAreThoseOfItsPeopleToo(t *testing.T) {
	f, err := testPlanner().where("where", kg.KindHousehold, map[string]any{"careFlags": []any{kg.ElderlyAlone}})
	or, ok := f.(kg.Or)
	if err != nil || !ok || len(or) != 2 {
		t.Fatalf("%#v, %v", f, err)
	}
	if people, ok := or[1].(kg.Linked); !ok || people.Relation != kg.LivesIn || people.Direction != kg.In {
		t.Errorf("%#v", or[1])
	}
}

func TestConditionsThatNestTooDeeplyAreRefused(t *testing.T) {
	nest := func(depth int) map[string]any {
		m := map[string]any{"retired": true}
		for range depth - 1 {
			m = map[string]any{"not": m}
		}
		return m
	}
	if _, err := testPlanner().where("where", kg.KindPerson, nest(maxWhereDepth)); err != nil {
		t.Errorf("%d levels: %v", maxWhereDepth, err)
	}
	if _, err := testPlanner().where("where", kg.KindPerson, nest(maxWhereDepth+1)); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("%d levels: %v", maxWhereDepth+1, err)
	}
}

func TestAMatchThatMixesTieAndNodeInsideNotIsRefused(t *testing.T) {
	mixed := map[string]any{"post": map[string]any{"eq": "clerk"}, "node": map[string]any{"unitKind": map[string]any{"eq": "school"}}}
	link, _ := kg.LinkOf(kg.KindPerson, "worksAt")
	if _, _, err := testPlanner().match("where", link, mixed); err != nil {
		t.Errorf("a tie and its node in one condition: %v", err)
	}
	_, _, err := testPlanner().match("where", link, map[string]any{"not": mixed})
	if !errors.Is(err, kg.ErrInvalid) || !strings.HasPrefix(err.Error(), "where.not:") {
		t.Errorf("inside not: %v", err)
	}
}

func TestOrderFieldsAreTheFieldTablesNames(t *testing.T) {
	for enum, want := range map[string]string{"ID": "id", "TITLE": "title", "BIRTH_DATE": "birthDate", "FLOOR": "floor"} {
		if got := orderField(enum); got != want {
			t.Errorf("%s: %s, want %s", enum, got, want)
		}
	}
}

func TestAStepIsNamedByItsFieldAndArguments(t *testing.T) {
	if canonical(map[string]any{"b": 1, "a": []any{"x"}}) != canonical(map[string]any{"a": []any{"x"}, "b": 1}) {
		t.Error("the order of arguments matters")
	}
	if canonical(map[string]any{"first": 1}) == canonical(map[string]any{"first": 2}) {
		t.Error("the value of arguments does not matter")
	}
}
