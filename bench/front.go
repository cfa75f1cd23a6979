package bench

import (
	"fmt"
	"strings"

	"lintu/kg"
)

// words are what the front page's table says in a language.
type words struct {
	head, people, ready, built, holds string
	workloads                         map[string]string
	note                              string // with the engine's name, town, cores, processor, load average, date and commit
}

// Languages are those in which Front speaks.
var Languages = []string{"en", "zh"}

var front = map[string]words{
	"en": {
		head: "p50 at one connection, over HTTP", people: "%s, %s people", ready: "server ready", built: "snapshot of people and places built", holds: "memory that it holds",
		workloads: map[string]string{
			"W1": "a household, its residents, their units", "W2": "the 20 nearest responders to a door, with their units",
			"W3": "a tree of 1,720 organizations", "W4": "a community's coverage by units",
			"page-first": "the first 50 party members by name", "page-end": "the last 50 party members by name", "search": "search of two characters",
		},
		note: "%s: the town `%s`, on %d cores of %s (load average %.1f when it began), %s, commit %s.",
	},
	"zh": {
		head: "单连接 HTTP 请求的 p50", people: "%s，%s 人", ready: "服务就绪", built: "人与地点的快照建成", holds: "快照占用内存",
		workloads: map[string]string{
			"W1": "一户、住在其中的人、他们的单位", "W2": "离一扇门最近的 20 位响应人及其单位",
			"W3": "一棵 1,720 个组织的树", "W4": "一个社区的单位覆盖",
			"page-first": "按姓名排序的前 50 名党员", "page-end": "按姓名排序的最后 50 名党员", "search": "按两个字搜索",
		},
		note: "%s：预设 `%s`，%d 核 %s（开始时平均负载 %.1f），%s，提交 %s。",
	},
}

// engineNames are the engines as pages write them.
var engineNames = map[string]string{SQLite: "SQLite", Neo4j: "Neo4j"}

// Front is the table of the front page in a language: of each engine, what was measured on the largest town. Behind a
// time stands how many times as long as the floor's it is.
func Front(reports []*Report, language string) string {
	w := front[language]
	type column struct {
		*Report
		*StoreFigures
	}
	var columns []column
	for _, engine := range []string{SQLite, Neo4j} {
		for _, r := range reports {
			if s := r.store(engine); s != nil {
				columns = append(columns, column{r, s})
				break
			}
		}
	}
	var b strings.Builder
	line := func(title string, cell func(c column) string) {
		b.WriteString("| " + title + " |")
		for _, c := range columns {
			b.WriteString(" " + cell(c) + " |")
		}
		b.WriteString("\n")
	}
	line(w.head, func(c column) string {
		return fmt.Sprintf(w.people, engineNames[c.Engine], thousands(c.Counts[kg.KindPerson]))
	})
	line("---", func(column) string { return "---" })
	for _, load := range Workloads {
		line(w.workloads[load.Name], func(c column) string {
			p := c.pair(load.Name, c.Engine)
			if p == nil {
				return "–"
			}
			return fmt.Sprintf("%s ms (%.1f ×)", ms(p.Lintu.Alone.P50), p.AloneRatio)
		})
	}
	line(w.ready, func(c column) string { return fmt.Sprintf("%.1f s", c.ReadySeconds) })
	line(w.built, func(c column) string { return fmt.Sprintf("%.1f s", c.BuildSeconds) })
	line(w.holds, func(c column) string { return fmt.Sprintf("%.0f MB", c.SnapshotMB) })
	b.WriteString("\n")
	for _, c := range columns {
		fmt.Fprintf(&b, w.note+"\n", engineNames[c.Engine], c.Preset, c.Machine.Cores, c.Machine.Processor, c.LoadedAverage, c.Began.Format("2006-01-02"), c.Commit)
	}
	return b.String()
}
