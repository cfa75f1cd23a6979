package trust_test

import (
	"errors"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/trust"
)

func TestDetailNeedsARoleAndAPurpose(t *testing.T) {
	for _, c := range []struct {
		role    trust.Role
		purpose trust.Purpose
		may     bool
	}{
		{trust.GridWorker, "", false},
		{trust.GridWorker, trust.CareVisit, true},
		{trust.Analyst, trust.CareVisit, false},
		{trust.Analyst, trust.BreakGlass, true},
		{trust.Dashboard, trust.BreakGlass, false},
		{trust.Responder, trust.BreakGlass, false},
		{trust.Admin, "", false},
		{trust.Admin, trust.RecordCheck, true},
		{"", trust.CareVisit, false},
	} {
		v := trust.Viewer{Roles: []trust.Role{c.role}, Purpose: c.purpose}
		if got := v.May(trust.Detail); got != c.may || v.Masked() == c.may {
			t.Errorf("%s for %q: detail %t", c.role, c.purpose, got)
		}
	}
	operator := trust.TheOperator()
	if !operator.May(trust.Detail | trust.Edit | trust.Audit | trust.Press) {
		t.Error("the operator may not do everything")
	}
	if nobody := (trust.Viewer{Purpose: trust.CareVisit}); nobody.May(trust.Anyone) || nobody.Rights() != 0 {
		t.Error("a viewer without roles may something")
	}
}

func TestOnlyKnownRolesAndPurposesAreRead(t *testing.T) {
	for _, s := range []string{"operator", "device", "", "ADMIN"} {
		if _, err := trust.ParseRole("role", s); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("role %q: %v", s, err)
		}
	}
	for _, c := range []struct{ purpose, reason string }{
		{"operation", ""}, {"break-glass", ""}, {"break-glass", "  x  "}, {"curiosity", ""}, {"care-visit", strings.Repeat("长", 201)},
	} {
		if _, err := trust.ParsePurpose(c.purpose, c.reason); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("purpose %q for %q: %v", c.purpose, c.reason, err)
		}
	}
	if p, err := trust.ParsePurpose("break-glass", "门内有人呼救"); err != nil || p != trust.BreakGlass {
		t.Errorf("got %q, %v", p, err)
	}
}

func TestEveryRightHasItsName(t *testing.T) {
	for r := trust.Areas; r <= trust.Anyone; r <<= 1 {
		if back, ok := trust.ParseRight(r.String()); !ok || back != r {
			t.Errorf("right %d is called %q", r, r)
		}
	}
}
