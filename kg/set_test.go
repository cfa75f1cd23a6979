package kg

import (
	"errors"
	"strings"
	"testing"

	"lintu/geo"
)

// TestEveryFieldCanBeSetAndCleared goes through the field table: what Get gives, SetField takes, and nil makes it
// absent.
func TestEveryFieldCanBeSetAndCleared(t *testing.T) {
	values := map[FieldType]any{
		Text: "x", Int: int64(3), Bool: true, Day: MustDate("2001-02-03"), Flags: []Flag{{Value: Disabled}}, Spot: &geo.Point{Lat: 1, Lon: 2},
	}
	data := map[string]string{
		"formerCodes": `[{"scheme":"a","code":"b"}]`, "boundary": `{"type":"Polygon","coordinates":[[[131,45],[131.1,45],[131.1,45.1],[131,45]]]}`,
		"refusals": `[{"person":"person_aaaaaaaaaaaaaaaaaaaaaaaa"}]`, "openingHours": `[{"weekdays":[1],"from":"08:00","to":"12:00"}]`,
		"specialties": `[{"scheme":"a","value":"b"}]`, "responder": `{"limits":{"maxFloor":3}}`,
		"figures":   `{"atLeast":[1],"backup":0,"singlePoint":1,"nearestP50":12.5,"nearestP90":null}`,
		"deadlines": `[{"step":"wave-2","round":1,"dueAt":""}]`, "candidates": `[{"person":"p","metres":1,"seconds":2}]`, "leftOut": `[{"person":"p","reason":"PAUSED","at":""}]`,
		"consents": `[{"purpose":"be-contact","about":"household_aaaaaaaaaaaaaaaaaaaaaaaa","given":{"how":"PAPER"}}]`, "past": `{"candidates":2,"ageBand":"80-89"}`,
		"corrections": `[{"number":1,"field":"phone","value":"1","state":"OPEN","askedAt":"","askedBy":"x"}]`,
		"waves":       `[{"number":1,"round":1,"at":"","radius":500,"people":7,"called":5}]`, "outbox": `[{"id":"a-1","text":"call","sendAt":""}]`,
	}
	for _, d := range Kinds {
		for _, f := range FieldsOf(d.Kind) {
			n := d.New()
			absent := f.Get(n)
			v := values[f.Type]
			switch f.Type {
			case Pick:
				v = f.Enum.Values[0].Name
			case Data:
				v = data[f.Name]
			}
			if err := SetField(n, Setting{f.Name, v}); err != nil {
				t.Fatalf("%s.%s: %v", d.Type, f.Name, err)
			}
			if got := string(Encode(n)); !strings.Contains(got, `"`+f.Name+`"`) {
				t.Errorf("%s.%s is not set: %s", d.Type, f.Name, got)
			}
			if err := SetField(n, Setting{Field: f.Name}); err != nil {
				t.Fatalf("%s.%s cleared: %v", d.Type, f.Name, err)
			}
			if got := string(Encode(n)); got != string(Encode(d.New())) {
				t.Errorf("%s.%s is not cleared (absent is %v): %s", d.Type, f.Name, absent, got)
			}
		}
	}
}

func TestEveryFieldOfATieCanBeSetAndCleared(t *testing.T) {
	values := map[string]any{
		"rank": int64(2), "fullTime": true, "partTime": true, "consent": true, "kind": "FULL", "form": "PAIRED",
		"hours": `[{"weekday":1,"from":"08:00","to":"12:00"}]`, "startsAt": "2026-05-01T08:00:00+08:00", "endsAt": "2026-05-01T12:00:00Z",
	}
	for i := range Relations {
		d := &Relations[i]
		empty := string(EncodeTie(&Tie{Relation: d.Relation}))
		for _, name := range d.Fields {
			tie := &Tie{Relation: d.Relation}
			v := values[name]
			if v == nil {
				v = "x"
			}
			if err := SetTieField(tie, Setting{name, v}); err != nil || string(EncodeTie(tie)) == empty {
				t.Errorf("%s.%s: %v %s", d.Relation, name, err, EncodeTie(tie))
			}
			if err := SetTieField(tie, Setting{Field: name}); err != nil || string(EncodeTie(tie)) != empty {
				t.Errorf("%s.%s cleared: %v %s", d.Relation, name, err, EncodeTie(tie))
			}
		}
		if d.RefName != "" {
			tie := &Tie{Relation: d.Relation}
			if err := SetTieField(tie, Setting{d.RefName, ID("unit_x")}); err != nil || tie.Ref != "unit_x" {
				t.Errorf("%s.%s: %v %s", d.Relation, d.RefName, err, tie.Ref)
			}
		}
	}
}

func TestAMergeReplacesTheGivenPartsOnly(t *testing.T) {
	p := &Person{Name: "a", Responder: &Responder{Weekly: "x", Limits: Limits{MaxFloor: 2}, Consents: []Consent{{Purpose: "respond"}}}}
	if err := SetField(p, Setting{"responder", Merge(`{"limits":{"maxDistance":500},"weekly":null}`)}); err != nil {
		t.Fatal(err)
	}
	if r := p.Responder; r.Weekly != "" || len(r.Consents) != 1 || r.Limits != (Limits{MaxDistance: 500}) {
		t.Errorf("got %+v", r)
	}
}

func TestStructuresThatCannotBeAreRefusedAtTheirPlace(t *testing.T) {
	span := Span{From: 5, To: 5}
	for want, n := range map[string]Node{
		"formerCodes[1].code":           &Division{Name: "a", FormerCodes: []DatedCode{{Code: "1"}, {Code: " "}}},
		"formerCodes[0].validTo":        &Division{Name: "a", FormerCodes: []DatedCode{{Code: "1", Span: span}}},
		"refusals[0].person":            &Household{Number: "1", Refusals: []Refusal{{Person: "unit_aaaaaaaaaaaaaaaaaaaaaaaa"}}},
		"openingHours[0].weekdays":      &Place{Name: "a", OpeningHours: []Opening{{From: "08:00", To: "09:00"}}},
		"openingHours[0].weekdays[1]":   &Place{Name: "a", OpeningHours: []Opening{{Weekdays: []int{1, 8}, From: "08:00", To: "09:00"}}},
		"openingHours[0].from":          &Place{Name: "a", OpeningHours: []Opening{{Weekdays: []int{1}, From: "8:00", To: "09:00"}}},
		"openingHours[0].to":            &Place{Name: "a", OpeningHours: []Opening{{Weekdays: []int{1}, From: "20:00", To: "08:00"}}},
		"openingHours[0].seasonTo":      &Place{Name: "a", OpeningHours: []Opening{{Weekdays: []int{1}, From: "08:00", To: "24:00", SeasonFrom: "05-01"}}},
		"specialties[0].value":          &Person{Name: "a", Specialties: []Specialty{{Scheme: "x"}}},
		"responder.consents[0].purpose": &Person{Name: "a", Responder: &Responder{Consents: []Consent{{}}}},
		"responder.vettings[0].by":      &Person{Name: "a", Responder: &Responder{Vettings: []Vetting{{}}}},
		"responder.pauses[0].validTo":   &Person{Name: "a", Responder: &Responder{Pauses: []Absence{{Span: span}}}},
		"responder.leaves[0].validTo":   &Person{Name: "a", Responder: &Responder{Leaves: []Absence{{Span: span}}}},
		"responder.overrides[0]":        &Person{Name: "a", Responder: &Responder{Overrides: []Override{{Presence: AtHome}}}},
		"responder.limits.maxDistance":  &Person{Name: "a", Responder: &Responder{Limits: Limits{MaxDistance: -1}}},
		"responder.weekly":              &Person{Name: "a", Responder: &Responder{Weekly: "HHH"}},
	} {
		n.Common().ID = NewID(n.Kind())
		var invalid *InvalidError
		if err := Validate(n); !errors.As(err, &invalid) || invalid.Argument != want || invalid.Allowed == "" {
			t.Errorf("want %s to be refused, got %v", want, err)
		}
	}
}

func TestRelationsHaveNamesForEdits(t *testing.T) {
	seen := map[string]bool{}
	for i := range Relations {
		name := Relations[i].Name()
		if seen[name] || strings.ToUpper(name[:1]) == name[:1] || strings.Contains(name, "_") {
			t.Errorf("%s is called %s", Relations[i].Relation, name)
		}
		seen[name] = true
	}
	if got := HoldsPost.Def().Name(); got != "holdsPost" {
		t.Errorf("got %s", got)
	}
}
