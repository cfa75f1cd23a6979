package importer

import (
	"context"

	"lintu/importer/sheet"
	"lintu/kg"
)

// link is a tie of the files, by numbers: what the rules about several ties are checked with.
type link struct {
	from, to int32
	valid    kg.Span
	file     int32 // 0: the tie is on record, and the files have nothing about it
	index    int32 // order of the row
	line     int32
	id       uint64 // stands for the tie's id
}

// checkParents reads a file of nodes again, for what its shorthand columns name; now every node has its number.
func (c *check) checkParents(ctx context.Context, f *file) error {
	if f.format == sheet.CSV && !f.has(roleParent) && !f.has(roleParentCode) {
		return nil
	}
	type asked struct {
		index, line  int
		column, text string
		valid        kg.Span
	}
	var rows []asked
	var refs []*ref
	flush := func() error {
		numbers, err := c.resolve(ctx, refs)
		if err != nil {
			return err
		}
		for i, to := range numbers {
			c.parentOf(f, rows[i].index, rows[i].line, rows[i].column, rows[i].text, rows[i].valid, to)
		}
		rows, refs = rows[:0], refs[:0]
		return nil
	}
	_, err := f.each(ctx, sheet.Row{}, 0, func(index int, r *record, _ problems) error {
		if r == nil || f.numbers[index] == none {
			return nil
		}
		parent, column, ok := c.parent(r, f.kind)
		if parent == nil && ok {
			return nil
		}
		text := r.cell(roleParent)
		if column == "parent_code" {
			text = r.cell(roleParentCode)
		}
		if !ok {
			c.refuseNode(f, index, r.line, problem(BadValue, column, text, "id, "+keyFormOf(parentKinds(f.kind))))
			return nil
		}
		rows = append(rows, asked{index, r.line, column, text, r.life()})
		if refs = append(refs, parent); len(refs) == chunkRows {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// has says whether the header of a CSV file has a column of the role.
func (f *file) has(r role) bool {
	at := f.layout().of(r)
	for _, i := range f.columns {
		if i == at {
			return true
		}
	}
	return false
}

func keyFormOf(kinds []kg.Kind) string {
	out := ""
	for i, k := range kinds {
		if i > 0 {
			out += ", "
		}
		out += k.Def().One + ":..."
	}
	return out
}

// parentOf notes what a row's node is in, or refuses the row.
func (c *check) parentOf(f *file, index, line int, column, text string, valid kg.Span, to int32) {
	from := f.numbers[index]
	switch {
	case to == none:
		c.refuseNode(f, index, line, problem(UnknownReference, column, text, ""))
		return
	case !parentMayBe(f.kind, c.x.kind(to)):
		c.refuseNode(f, index, line, problem(NotAllowed, column, text, keyFormOf(parentKinds(f.kind))))
		return
	case c.erased[c.x.id(to)]:
		c.refuseNode(f, index, line, problem(Erased, column, string(c.x.id(to)), ""))
		return
	case to == from:
		c.refuseNode(f, index, line, problem(Circle, column, text, ""))
		return
	}
	f.late = f.late || to > from && c.x.inFiles(to)
	c.parents = append(c.parents, link{from: from, to: to, valid: valid, file: f.number, index: int32(index), line: int32(line)})
}

// refuseNode refuses a row that had been taken.
func (c *check) refuseNode(f *file, index, line int, p Problem) {
	if n := f.numbers[index]; n != none {
		c.refused[n] = struct{}{}
		f.numbers[index] = none
	}
	c.refuse(f, line, problems{p})
}

// cascade refuses the rows of nodes that are in nodes whose rows are refused, until there are no more.
func (c *check) cascade() {
	for again := true; again; {
		again = false
		for _, l := range c.parents {
			f := c.files[l.file-1]
			if _, gone := c.refused[l.to]; !gone || f.numbers[l.index] == none {
				continue
			}
			c.refuseNode(f, int(l.index), int(l.line), problem(DependsOnRefused, "parent", "", c.at(l.to)))
			again = true
		}
	}
}

// at is where a node's row stands.
func (c *check) at(n int32) string {
	p := c.x.places[n]
	return c.files[p.file-1].at(p.line)
}
