package kg

import (
	"errors"
	"testing"
	"time"

	"lintu/geo"
)

func TestEveryFieldComesBackFromItsText(t *testing.T) {
	values := map[Kind]Node{
		KindDivision: &Division{Code: "42", CodeScheme: "stat-12", Name: "a,\"b\"\r\n", Level: LevelTownship, Form: FormTown, FormerCodes: []DatedCode{{Scheme: "x", Code: "1", Span: Span{To: MustDate("2020-01-01")}}}},
		KindBuilding: &Building{Name: "1", Floors: 6, Point: &geo.Point{Lat: 29.71, Lon: 112.4}},
		KindEntrance: &Entrance{Number: "1", HasLift: true},
		KindPlace:    &Place{Name: "p", OpeningHours: []Opening{{Weekdays: []int{1, 2}, From: "08:00", To: "12:00"}}},
		KindPerson: &Person{Name: "王", BirthDate: MustDate("1950-02-03"), CareFlags: []Flag{{Value: Disabled}, {Value: NoKin, Span: Span{From: MustDate("2020-02-03")}}},
			Responder: &Responder{Consents: []Consent{{Purpose: ConsentToRespond}}}},
	}
	for k, want := range values {
		got := k.Def().New()
		fields := FieldsOf(k)
		for i := range fields {
			if err := fields[i].SetText(got, fields[i].Text(want)); err != nil {
				t.Errorf("%s.%s: %v", k, fields[i].Name, err)
			}
		}
		if string(Encode(got)) != string(Encode(want)) {
			t.Errorf("got  %s\nwant %s", Encode(got), Encode(want))
		}
	}
}

func TestEveryFieldOfATieComesBackFromItsText(t *testing.T) {
	want := &Tie{Relation: OnDutyAt, Role: "r", Scheme: "s", Slot: "1", Status: "st", Post: "p", Kind: "FULL", Form: "PAIRED", Agreement: "a", Kinship: "k",
		Rank: 2, FullTime: true, PartTime: true, Consent: true, Hours: []Duty{{Weekday: 7, From: "08:00", To: "24:00"}},
		StartsAt: time.Date(2026, 3, 4, 8, 0, 0, 500, time.FixedZone("", 8*3600)), EndsAt: time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)}
	got := &Tie{Relation: OnDutyAt}
	for i := range tieFields {
		if err := tieFields[i].SetText(got, tieFields[i].Text(want)); err != nil {
			t.Error(err)
		}
	}
	if string(EncodeTie(got)) != string(EncodeTie(want)) {
		t.Errorf("got  %s\nwant %s", EncodeTie(got), EncodeTie(want))
	}
}

func TestATextThatIsNoValueOfAFieldIsRefusedByName(t *testing.T) {
	for _, c := range []struct {
		kind       Kind
		field, say string
	}{
		{KindBuilding, "floors", "six"}, {KindBuilding, "floors", "99999999999"}, {KindBuilding, "point", `{"lat":1,"lon":2,"datum":"x"}`},
		{KindEntrance, "hasLift", "maybe"}, {KindPerson, "birthDate", "1950-02-30"}, {KindPerson, "careFlags", `[{"flag":"DISABLED"}]`},
		{KindPerson, "specialties", `[] []`}, {KindPerson, "responder", `{"consent":[]}`},
	} {
		var invalid *InvalidError
		err := FieldOf(c.kind, c.field).SetText(c.kind.Def().New(), c.say)
		if !errors.As(err, &invalid) || invalid.Argument != c.field || invalid.Allowed == "" {
			t.Errorf("%s %q: %v", c.field, c.say, err)
		}
	}
}

func TestFlagsMayBeGivenWithoutDates(t *testing.T) {
	p := new(Person)
	if err := FieldOf(KindPerson, "careFlags").SetText(p, "DISABLED; NO_KIN"); err != nil || len(p.CareFlags) != 2 || p.CareFlags[1].Value != NoKin {
		t.Errorf("%v %v", p.CareFlags, err)
	}
}
