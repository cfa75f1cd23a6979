package trust

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"lintu/kg"
)

// Purpose is why personal detail is looked at, as the request states it.
type Purpose string

// The purposes. Operation is the operator's own and is never stated; BreakGlass is stated with a reason, opens detail to
// those who otherwise see masks, and alerts the auditors.
const (
	CareVisit    Purpose = "care-visit"
	CoveragePlan Purpose = "coverage-planning"
	RecordCheck  Purpose = "record-check"
	Dispatch     Purpose = "dispatch"
	RightsAnswer Purpose = "rights-answer"
	BreakGlass   Purpose = "break-glass"
	Operation    Purpose = "operation"
)

// PurposeDef is a row of the table of purposes.
type PurposeDef struct {
	Purpose Purpose
	EN, ZH  string
}

// Purposes is the table of purposes that may be stated.
var Purposes = []PurposeDef{
	{CareVisit, "Visits to and care for people who live there.", "走访关爱"},
	{CoveragePlan, "Planning who covers whom, with lists of doors that nobody covers.", "覆盖规划"},
	{RecordCheck, "Checking and correcting records.", "信息核对"},
	{Dispatch, "Handling a ring.", "应急处置"},
	{RightsAnswer, "Answering a person about their own data.", "个人信息权利答复"},
	{BreakGlass, "An emergency that nothing else provides for; needs a reason and alerts the auditors.", "紧急破窗"},
}

// MaxReason is the longest reason in characters.
const MaxReason = 200

// ParsePurpose is the purpose that a request states, with its reason: break-glass needs one of 5 characters or more. Empty
// texts are no purpose.
func ParsePurpose(stated, reason string) (Purpose, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n > MaxReason {
		return "", kg.Invalid("X-Lintu-Reason", fmt.Sprintf("%d characters", n), fmt.Sprintf("at most %d", MaxReason))
	}
	if stated == "" {
		return "", nil
	}
	for _, d := range Purposes {
		if string(d.Purpose) != stated {
			continue
		}
		if d.Purpose == BreakGlass && utf8.RuneCountInString(reason) < 5 {
			return "", kg.Invalid("X-Lintu-Reason", "the purpose break-glass needs a reason", "5 to 200 characters")
		}
		return d.Purpose, nil
	}
	var names []string
	for _, d := range Purposes {
		names = append(names, string(d.Purpose))
	}
	return "", kg.Invalid("X-Lintu-Purpose", fmt.Sprintf("no purpose %.40q", stated), strings.Join(names, ", "))
}
