package docs

import "lintu/trust"

// givenRoleTable are the roles that keys and tokens may carry.
func givenRoleTable() string {
	var rows [][]string
	for _, d := range trust.Roles {
		if d.Given {
			rows = append(rows, []string{"`" + string(d.Role) + "`", d.ZH, d.EN})
		}
	}
	return table([]string{"role", "中文", "what it is for"}, rows)
}
