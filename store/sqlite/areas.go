package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lintu/kg"
	"lintu/store"
)

var insideColumns = []string{"node_no", "path_no", "valid_from", "valid_to", "kind"}

func compareSpans(a, b kg.AreaSpan) int {
	return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
}

// writeAreas replaces the areas that nodes are inside. A node's spans with equal days become one stay inside the
// path that is exactly these areas; nodes share paths. That an area is inside itself goes without saying: the many areas
// that hold nothing need no path of their own. (Paths that older versions wrote lead through it all the same.)
func (t *tx) writeAreas(ctx context.Context, w *store.Writes, _ *rows) error {
	left, err := t.leaveAreas(ctx, w)
	if err != nil {
		return err
	}
	type stay struct {
		no   int64 // of the node
		kind kg.Kind
		span kg.Span
		path string
	}
	stays := make([]stay, 0, len(w.Areas))
	paths := make(map[string]int64, len(w.Areas))
	for id, spans := range w.Areas {
		for days, areas := range t.byDays(id, spans) {
			stays = append(stays, stay{t.numbers[id], id.Kind(), days, areas})
			paths[areas] = 0
		}
	}
	if err := t.findPaths(ctx, paths); err != nil {
		return err
	}
	slices.SortFunc(stays, func(a, b stay) int { return cmp.Compare(a.no, b.no) })
	rows := make([]any, 0, len(insideColumns)*len(stays))
	for _, s := range stays {
		rows = append(rows, s.no, paths[s.path], int64(s.span.From), int64(s.span.To), string(s.kind))
	}
	if err := t.insert(ctx, "inside", insideColumns, rows); err != nil {
		return err
	}
	return t.dropPaths(ctx, left)
}

// leaveAreas takes nodes out of their areas, and gives the paths that they were inside.
func (t *tx) leaveAreas(ctx context.Context, w *store.Writes) ([]int64, error) {
	isNew := map[kg.ID]bool{}
	for _, n := range w.Nodes {
		if n.New {
			isNew[n.Node.Common().ID] = true
		}
	}
	var numbers, left []int64
	for id := range w.Areas {
		if !isNew[id] {
			numbers = append(numbers, t.numbers[id])
		}
	}
	for _, id := range w.DeletedNodes {
		numbers = append(numbers, t.numbers[id])
	}
	if len(numbers) == 0 {
		return nil, nil
	}
	q := new(statement).add("SELECT DISTINCT i.path_no FROM json_each(?) j CROSS JOIN inside i ON i.node_no = j.value", list(numbers))
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var no int64
		err := rows.Scan(&no)
		left = append(left, no)
		return err
	})
	if err != nil {
		return nil, err
	}
	return left, t.drop(ctx, "inside", "node_no", numbers)
}

// isArea says that a node of the kind is an area, and so inside itself at all times.
func isArea(k kg.Kind) bool { return kg.AreaRules[k].Self }

// byDays groups the spans of a node by their days, without that in itself; the areas of each are written as in the table
// path.
func (t *tx) byDays(id kg.ID, spans []kg.AreaSpan) map[kg.Span]string {
	numbers := map[kg.Span][]int64{}
	for _, s := range spans {
		if s.Area != id {
			numbers[s.Span] = append(numbers[s.Span], t.numbers[s.Area])
		}
	}
	paths := make(map[kg.Span]string, len(numbers))
	for days, areas := range numbers {
		slices.Sort(areas)
		b := make([]byte, 0, 8*len(areas))
		for i, no := range areas {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, no, 10)
		}
		paths[days] = string(b)
	}
	return paths
}

// findPaths fills in the numbers of paths, and makes those that are new.
func (t *tx) findPaths(ctx context.Context, paths map[string]int64) error {
	if len(paths) == 0 {
		return nil
	}
	all := slices.Sorted(maps.Keys(paths))
	ask := slices.DeleteFunc(slices.Clone(all), t.isNewPath)
	q := new(statement).add("SELECT p.areas, p.no FROM json_each(?) j CROSS JOIN path p ON p.areas = j.value", list(ask))
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var areas string
		var no int64
		err := rows.Scan(&areas, &no)
		paths[areas] = no
		return err
	})
	if err != nil {
		return err
	}
	next, err := t.next(ctx, "path")
	if err != nil {
		return err
	}
	var made []any
	var members [][2]int64
	for _, areas := range all {
		if paths[areas] != 0 {
			continue
		}
		paths[areas] = next
		made = append(made, areas)
		for _, no := range areaNumbersOf(areas) {
			members = append(members, [2]int64{no, next})
		}
		next++
	}
	if err := t.insert(ctx, "path", []string{"areas"}, made); err != nil {
		return err
	}
	// In the order of the table, so that the writing stays in one part of the tree at a time.
	slices.SortFunc(members, func(a, b [2]int64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	values := make([]any, 0, 2*len(members))
	for _, m := range members {
		values = append(values, m[0], m[1])
	}
	return t.insert(ctx, "area_path", []string{"area_no", "path_no"}, values)
}

// isNewPath says that a path leads through an area which the batch makes; its number is the highest, and comes last.
func (t *tx) isNewPath(areas string) bool {
	last := areas[strings.LastIndexByte(areas, ',')+1:]
	no, err := strconv.ParseInt(last, 10, 64)
	return err == nil && t.firstNew != 0 && no >= t.firstNew
}

func areaNumbersOf(areas string) []int64 {
	var numbers []int64
	for part := range strings.SplitSeq(areas, ",") {
		no, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			panic(err) // byDays wrote it
		}
		numbers = append(numbers, no)
	}
	return numbers
}

// dropPaths deletes those of the paths that nothing is inside any more.
func (t *tx) dropPaths(ctx context.Context, paths []int64) error {
	if len(paths) == 0 {
		return nil
	}
	var empty []int64
	var members [][2]int64
	q := new(statement).add("SELECT p.no, p.areas FROM json_each(?) j CROSS JOIN path p ON p.no = j.value WHERE NOT EXISTS (SELECT 1 FROM inside i WHERE i.path_no = p.no)", list(paths))
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var no int64
		var areas string
		if err := rows.Scan(&no, &areas); err != nil {
			return err
		}
		empty = append(empty, no)
		for _, area := range areaNumbersOf(areas) {
			members = append(members, [2]int64{area, no})
		}
		return nil
	})
	if err != nil || len(empty) == 0 {
		return err
	}
	if err := t.exec(ctx, "DELETE FROM area_path WHERE (area_no, path_no) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))", list(members)); err != nil {
		return err
	}
	return t.drop(ctx, "path", "no", empty)
}
