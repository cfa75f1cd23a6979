package sqlite_test

import (
	"database/sql"
	"slices"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
)

// TestTheMigrationComputesDutiesAsNewTiesHaveThem takes the columns away from a store that has them, and opens it.
func TestTheMigrationComputesDutiesAsNewTiesHaveThem(t *testing.T) {
	path := newPath(t)
	place := &kg.Place{Base: kg.Base{ID: kg.NewID(kg.KindPlace)}, Code: "P", Name: "驿站", PlaceKind: "station"}
	east8 := time.FixedZone("UTC+8", 8*3600)
	at := time.Date(2025, 10, 1, 8, 30, 0, 0, east8)
	batch := &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: place}}}
	for i, duty := range []kg.Tie{
		{Hours: []kg.Duty{{Weekday: 3, From: "17:30", To: "24:00"}, {Weekday: 4, From: "00:00", To: "08:15"}}},
		{StartsAt: at, EndsAt: at.Add(9 * time.Hour)},
		{StartsAt: at},
		{EndsAt: at},
		{Hours: []kg.Duty{{Weekday: 7, From: "08:00", To: "08:10"}}, StartsAt: at, EndsAt: at.Add(time.Hour)},
		{Role: "none"},
	} {
		p := &kg.Person{Base: kg.Base{ID: kg.NewID(kg.KindPerson)}, RegisterNo: string(rune('A' + i)), Name: "值班员", PartyStatus: kg.PartyNone}
		duty.Relation, duty.From, duty.To = kg.OnDutyAt, p.ID, place.ID
		duty.ID = kg.DeriveTieID([]byte("duties"), &duty)
		batch.Changes = append(batch.Changes, store.Mutation{Op: store.PutNode, Node: p}, store.Mutation{Op: store.PutTie, Tie: &duty})
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path)
	duties := func() (out []string) {
		rows, err := db.QueryContext(t.Context(), "SELECT duty_slots || ' ' || duty_from || ' ' || duty_to FROM tie ORDER BY id")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var duty string
			if err := rows.Scan(&duty); err != nil {
				t.Fatal(err)
			}
			out = append(out, duty)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := duties()
	if !slices.Contains(want, ",131,132,133,134,135,136,137,138,139,140,141,142,143,144,145,146,147,148,149,150,151,152,153,154,155,156,157,158,159,160, 0 0") {
		t.Fatalf("new ties have %q", want)
	}
	withoutRings(t, db)
	run(t, db, "ALTER TABLE tie DROP COLUMN duty_slots", "ALTER TABLE tie DROP COLUMN duty_from", "ALTER TABLE tie DROP COLUMN duty_to",
		"DROP INDEX node_kind", "DROP INDEX node_day", "ALTER TABLE node DROP COLUMN question", "ALTER TABLE node DROP COLUMN day", "ALTER TABLE node DROP COLUMN targets",
		"ALTER TABLE node DROP COLUMN covered", "DROP TABLE suffix_run", "DROP TABLE suffix_block", "DELETE FROM relation WHERE name = 'MEASURE_OF'", "PRAGMA user_version = 3")
	open(t, sqlite.Options{Path: path})
	if got := duties(); !slices.Equal(got, want) {
		t.Errorf("migrated:\n%q\nas new:\n%q", got, want)
	}
}

// withoutRings takes away what the migrations of rings and of devices bring, so that they can come again.
func withoutRings(t *testing.T, db *sql.DB) {
	t.Helper()
	run(t, db, "DELETE FROM relation WHERE no >= 24", "DROP TABLE anchor", "DROP TABLE tombstone", "DROP TABLE scrub", "DROP INDEX node_correction")
	for _, column := range []string{"ordinal", "pressed_at", "due_at", "called_at", "at", "heard_at", "tested_at"} {
		run(t, db, "DROP INDEX node_"+column)
	}
	for _, column := range []string{"state", "outcome", "policy", "drill", "mass", "ordinal", "pressed_at", "due_at", "role", "called_at", "event", "at", "heard_at", "battery", "tested_at", "check_at", "correction", "reduced"} {
		run(t, db, "ALTER TABLE node DROP COLUMN "+column)
	}
}
