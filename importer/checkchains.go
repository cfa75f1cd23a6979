package importer

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"lintu/kg"
)

func asInvalid(err error, into **kg.InvalidError) bool { return errors.As(err, into) }

// checkChains looks at relations of which a node has one tie at a time: no second one on any day, and nothing is inside
// itself.
func (c *check) checkChains(ctx context.Context) error {
	for _, d := range kg.Relations {
		if !d.One {
			continue
		}
		c.replaced(d.Relation)
		c.oneAtATime(d.Relation)
	}
	if err := c.aboveInStore(ctx); err != nil {
		return err
	}
	c.circles()
	return nil
}

func byFrom(a, b link) int {
	return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.valid.From, b.valid.From), cmp.Compare(b.file, a.file), cmp.Compare(a.index, b.index))
}

// replaced sorts the links of a relation, adds those of the shorthand, and drops ties on record about which the files
// say something else.
func (c *check) replaced(r kg.Relation) {
	links := c.links[r]
	if !c.empty {
		links = withoutReplaced(links)
	}
	c.links[r] = c.withParents(r, links)
}

// withoutReplaced leaves out ties on record that the files have, too, and those that were read twice.
func withoutReplaced(links []link) []link {
	known := map[uint64]bool{}
	for _, l := range links {
		if l.file != 0 {
			known[l.id] = true
		}
	}
	return slices.DeleteFunc(links, func(l link) bool {
		if l.file != 0 {
			return false
		}
		drop := known[l.id]
		known[l.id] = true
		return drop
	})
}

// withParents adds what the shorthand says to the links of a relation, sorted. Where there is nothing else, and the rows
// came in order, that is not copied: it is most of what an import of a register keeps in memory.
func (c *check) withParents(r kg.Relation, links []link) []link {
	others := slices.ContainsFunc(c.parents, func(l link) bool { return parentRelation(c.x.kind(l.from)) != r })
	if len(links) == 0 && !others && slices.IsSortedFunc(c.parents, byFrom) {
		return slices.Clip(c.parents) // so that nothing is added behind them
	}
	for _, l := range c.parents {
		if parentRelation(c.x.kind(l.from)) == r && !c.gone(l) {
			links = append(links, l)
		}
	}
	slices.SortFunc(links, byFrom)
	return links
}

// oneAtATime refuses a tie that is valid on a day on which its source has another.
func (c *check) oneAtATime(r kg.Relation) {
	links := c.links[r]
	for i := 1; i < len(links); i++ {
		a, b := links[i-1], links[i]
		if a.from != b.from || c.gone(a) || c.gone(b) || a.valid.Meet(b.valid).Empty() || (a.file == 0 && b.file == 0) {
			continue
		}
		if b.file == 0 || (a.file != 0 && c.isShorthand(b)) {
			a, b = b, a
		}
		if c.isShorthand(b) {
			continue // the shorthand ends what is on record
		}
		where := string(c.x.id(a.to))
		if a.file != 0 {
			where = c.files[a.file-1].at(a.line)
		}
		c.refuseLink(b, problem(TwoAtATime, "from", string(c.x.id(b.from)), where))
	}
}

func (c *check) isShorthand(l link) bool { return l.file != 0 && c.files[l.file-1].kind != "" }

func (c *check) refuseLink(l link, p Problem) {
	f := c.files[l.file-1]
	if f.kind != "" {
		if f.numbers[l.index] != none {
			c.refuseNode(f, int(l.index), int(l.line), p)
		}
		return
	}
	if _, gone := f.refused[int(l.index)]; !gone {
		c.refuseTie(f, int(l.index), int(l.line), problems{p})
	}
}

// sameKind says whether a tie of containment is between two of a kind: only a chain of these can be a circle.
func (c *check) sameKind(l link) bool { return c.x.ids[l.from][0] == c.x.ids[l.to][0] }

// aboveInStore adds the ties on record above what the files put into something of its own kind.
func (c *check) aboveInStore(ctx context.Context) error {
	if c.empty {
		return nil
	}
	known := map[int32]bool{}
	var next []int32
	for _, l := range c.links[kg.PartOf] {
		known[l.from] = true
	}
	for _, l := range c.links[kg.PartOf] {
		if c.sameKind(l) && !known[l.to] {
			next = append(next, l.to)
		}
	}
	for len(next) > 0 {
		var ids []kg.ID
		for _, n := range next {
			if !known[n] {
				known[n] = true
				ids = append(ids, c.x.id(n))
			}
		}
		next = next[:0]
		for chunk := range slices.Chunk(ids, chunkRows) {
			ties, err := storedTies(ctx, c.store, c.empty, kg.PartOf, chunk)
			if err != nil {
				return err
			}
			for _, t := range ties.byID {
				to := c.x.number(t.To)
				if to == none {
					to = c.x.add(t.To, place{})
				}
				l := link{from: c.x.number(t.From), to: to, valid: t.Valid}
				if c.sameKind(l) {
					c.links[kg.PartOf] = append(c.links[kg.PartOf], l)
					next = append(next, to)
				}
			}
		}
	}
	slices.SortFunc(c.links[kg.PartOf], byFrom)
	return nil
}

// maxDepth is more than the longest chain of containment.
const maxDepth = 64

// circles refuses ties by which something would be inside itself on some day.
func (c *check) circles() {
	for _, l := range c.links[kg.PartOf] {
		if l.file != 0 && c.sameKind(l) && c.leadsTo(l.to, l.from, l.valid, 0) {
			c.refuseLink(l, problem(Circle, "to", string(c.x.id(l.to)), ""))
		}
	}
}

// leadsTo says whether going up from a node one comes to another on some day of the span.
func (c *check) leadsTo(n, target int32, days kg.Span, depth int) bool {
	if n == target || depth > maxDepth {
		return true
	}
	for _, l := range c.linksFrom(kg.PartOf, n) {
		if c.gone(l) || !c.sameKind(l) {
			continue
		}
		if both := l.valid.Meet(days); !both.Empty() && c.leadsTo(l.to, target, both, depth+1) {
			return true
		}
	}
	return false
}

// linksFrom are the links of a relation that start at a node.
func (c *check) linksFrom(r kg.Relation, n int32) []link {
	links := c.links[r]
	from, _ := slices.BinarySearchFunc(links, n, func(l link, n int32) int { return cmp.Compare(l.from, n) })
	to := from
	for to < len(links) && links[to].from == n {
		to++
	}
	return links[from:to]
}

// gone says whether the row of a link is refused.
func (c *check) gone(l link) bool {
	if l.file == 0 {
		return false
	}
	f := c.files[l.file-1]
	if f.kind != "" {
		return f.numbers[l.index] == none
	}
	_, refused := f.refused[int(l.index)]
	return refused
}
