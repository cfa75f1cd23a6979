package trust

import (
	"fmt"
	"strings"

	"lintu/kg"
)

// Role is what a viewer is to the community. A viewer may have several; their rights add up.
type Role string

// The roles. The operator is who runs the program itself: the static token, the loopback demo, the command line.
const (
	Dashboard  Role = "dashboard"
	Analyst    Role = "analyst"
	GridWorker Role = "grid-worker"
	Dispatcher Role = "dispatcher"
	Responder  Role = "responder"
	Device     Role = "device"
	Auditor    Role = "auditor"
	Admin      Role = "admin"
	Operator   Role = "operator"
)

// RoleDef is a row of the table of roles.
type RoleDef struct {
	Role   Role
	Rights Right
	// Given says that keys and tokens may carry the role. The others are known otherwise: the operator by its token, a
	// device by its doorbell's key.
	Given  bool
	EN, ZH string
}

// Roles is the table of roles.
var Roles = []RoleDef{
	{Dashboard, Areas | Shares, true, "Shares of areas, nobody and no door.", "看板"},
	{Analyst, Areas | Shares | Graph | People, true, "The graph, with masks on people and households.", "分析员"},
	{GridWorker, Areas | Shares | Graph | People | Detail | Own, true, "Full detail in the grids served, for a stated purpose.", "网格员"},
	{Dispatcher, Areas | Shares | Graph | People | Detail | Rings | Own, true, "Rings of the areas served, and detail for a stated purpose.", "调度员"},
	{Responder, Alerts | Own, true, "Own alerts, and the door of a ring that was accepted, while it is open.", "响应人"},
	{Device, Press, false, "The rings of its own door.", "设备"},
	{Auditor, Areas | Shares | Graph | People | Audit, true, "Who saw whom; people with masks.", "审计员"},
	{Admin, Areas | Shares | Graph | People | Detail | Rings | Edit | Audit | Own, true, "Everything in the areas served, detail for a stated purpose.", "管理员"},
	{Operator, All, false, "Everything, with a purpose of its own.", "运营者"},
}

// Def is the role's row; nil where there is none.
func (r Role) Def() *RoleDef {
	for i := range Roles {
		if Roles[i].Role == r {
			return &Roles[i]
		}
	}
	return nil
}

// ParseRole is a role that a key or a token may carry; argument names where it stands.
func ParseRole(argument, s string) (Role, error) {
	if d := Role(s).Def(); d != nil && d.Given {
		return d.Role, nil
	}
	var names []string
	for _, d := range Roles {
		if d.Given {
			names = append(names, string(d.Role))
		}
	}
	return "", kg.Invalid(argument, fmt.Sprintf("no role %q", s), strings.Join(names, ", "))
}
