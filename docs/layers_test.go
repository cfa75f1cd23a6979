package docs

import (
	"fmt"
	"strings"

	"lintu/layer"
)

func parameterTable() string {
	var rows [][]string
	for _, p := range layer.Parameters {
		rows = append(rows, []string{"`" + p.Name + "`", p.EN, p.ZH})
	}
	return table([]string{"parameter", "what it asks", "中文"}, rows)
}

func layerTables() string {
	var rows [][]string
	for _, m := range layer.Makers {
		var own []string
		for _, p := range m.Parameters {
			own = append(own, fmt.Sprintf("`%s`: %s", p.Name, p.EN))
		}
		rows = append(rows, []string{"`" + m.Name + "`", m.EN, m.ZH, strings.Join(own, "<br>")})
	}
	return table([]string{"table", "what it shows", "中文", "its own parameters"}, rows)
}
