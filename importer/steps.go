package importer

import (
	"context"
	"errors"
	"slices"

	"lintu/importer/sheet"
	"lintu/kg"
)

// entry is a row on its way into the store: a node, a node with what it is in, only what a node is in, or a tie.
type entry struct {
	file   *file
	index  int
	record *record
	node   int32 // number, of a row of nodes
	only   bool  // only the tie of the shorthand
	parent int32 // what the shorthand says that the node is in, or none
	valid  kg.Span
	from   int32 // of a row of ties
	to     int32
	ref    int32
}

// plan gives the entries of all files in the order in which they are written. Containers come before what they contain,
// so that the areas of what is below need not be worked out twice: nodes by kind, then ties that make areas from the
// top down, then the rest.
type plan struct {
	*check
	depth []uint8 // of divisions and grids: how many of their kind they are in
	emit  func(entry) error
}

// kindsFromTop are the kinds in the order in which they come into areas.
var kindsFromTop = []kg.Kind{
	kg.KindDivision, kg.KindGrid, kg.KindCompound, kg.KindBuilding, kg.KindEntrance, kg.KindHousehold, kg.KindUnit, kg.KindPlace,
	kg.KindTeam, kg.KindResidentBody, kg.KindJointCommittee, kg.KindPartyOrg, kg.KindPerson, kg.KindDoorbell, kg.KindMeasure,
	kg.KindRing, kg.KindAlert, kg.KindRingEvent,
}

func (p *plan) run(ctx context.Context) error {
	if p.depth == nil { // a second time when all is looked at again
		p.depths()
		p.settleParents()
	}
	for _, f := range p.files {
		if f.kind == "" || f.unreadable {
			continue
		}
		if err := p.nodes(ctx, f); err != nil {
			return err
		}
	}
	if err := p.lateParents(ctx); err != nil {
		return err
	}
	return p.ties(ctx)
}

// settleParents keeps of the parents what is still to be written, a fifth of what checking them takes.
func (p *plan) settleParents() {
	for _, l := range p.parents {
		f := p.files[l.file-1]
		f.parents = append(f.parents, parentRow{l.index, l.to})
		if l.valid != (kg.Span{}) {
			if f.spans == nil {
				f.spans = map[int32]kg.Span{}
			}
			f.spans[l.index] = l.valid
		}
	}
	p.parents = nil
	if !slices.ContainsFunc(p.files, func(f *file) bool { return f.relation != "" }) {
		p.links = nil // only the order of ties is still told by them
	}
}

// nodes emits the rows of a file, each with what it is in where that comes before it.
func (p *plan) nodes(ctx context.Context, f *file) error {
	parents := f.parents
	_, err := f.each(ctx, sheet.Row{}, 0, func(index int, r *record, _ problems) error {
		e := entry{file: f, index: index, record: r, node: f.numbers[index], parent: none}
		if len(parents) > 0 && int(parents[0].index) == index {
			if !f.late {
				e.parent, e.valid = parents[0].to, f.spans[int32(index)]
			}
			parents = parents[1:]
		}
		if r == nil || e.node == none {
			return nil
		}
		return p.emit(e)
	})
	return err
}

// lateParents emits what the rows of those files are in of which some name what comes later, from the top down.
func (p *plan) lateParents(ctx context.Context) error {
	for round := 0; ; round++ {
		deeper := false
		for _, f := range p.files {
			if !f.late {
				continue
			}
			more, err := p.lateParentsAt(ctx, f, round)
			if err != nil {
				return err
			}
			deeper = deeper || more
		}
		if !deeper {
			return nil
		}
	}
}

// lateParentsAt emits those of a file at one depth, and says whether there are deeper ones.
func (p *plan) lateParentsAt(ctx context.Context, f *file, round int) (deeper bool, err error) {
	for i, l := range f.parents {
		if i%chunkRows == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		n := f.numbers[l.index]
		if n == none {
			continue
		}
		depth := int(p.depth[n])
		deeper = deeper || depth > round
		if depth != round {
			continue
		}
		if err := p.emit(entry{file: f, index: int(l.index), node: n, only: true, parent: l.to, valid: f.spans[l.index]}); err != nil {
			return false, err
		}
	}
	return deeper, nil
}

// depths works out how many of their own kind divisions and grids are in.
func (p *plan) depths() {
	p.depth = make([]uint8, len(p.x.ids))
	for again := true; again; {
		again = false
		for _, l := range p.links[kg.PartOf] {
			if p.gone(l) || !p.sameKind(l) || p.depth[l.to] >= maxDepth {
				continue
			}
			if d := p.depth[l.to] + 1; d > p.depth[l.from] {
				p.depth[l.from], again = d, true
			}
		}
	}
}

// ties emits the ties that make areas, by the kinds that they start at from the top down, and then the others.
func (p *plan) ties(ctx context.Context) error {
	makes := map[kg.Relation]bool{}
	for _, k := range kindsFromTop {
		rule := kg.AreaRules[k]
		for _, r := range append(slices.Clone(rule.Via), rule.Else...) {
			makes[r] = true
			for _, f := range p.files {
				if f.relation == r && !f.unreadable {
					if err := p.areaTies(ctx, f, k); err != nil {
						return err
					}
				}
			}
		}
	}
	for _, f := range p.files {
		if f.relation == "" || f.unreadable || makes[f.relation] {
			continue
		}
		for _, s := range f.segments {
			if err := p.segment(ctx, f, s, -1); err != nil {
				return err
			}
		}
	}
	return nil
}

// areaTies emits a file's ties that start at nodes of a kind; divisions and grids by their depth, unless the file has
// them in that order.
func (p *plan) areaTies(ctx context.Context, f *file, k kg.Kind) error {
	i := slices.IndexFunc(f.segments, func(s segment) bool { return s.kind == k })
	if i < 0 {
		return nil
	}
	if f.relation != kg.PartOf || !p.outOfOrder(f, k) {
		return p.segment(ctx, f, f.segments[i], -1)
	}
	deepest := 0
	for n, d := range p.depth {
		if p.x.kind(int32(n)) == k {
			deepest = max(deepest, int(d))
		}
	}
	for depth := 0; depth <= deepest; depth++ {
		if err := p.segment(ctx, f, f.segments[i], depth); err != nil {
			return err
		}
	}
	return nil
}

// outOfOrder says whether something of the kind is put somewhere in the file before what it is put into is.
func (p *plan) outOfOrder(f *file, k kg.Kind) bool {
	if k != kg.KindDivision && k != kg.KindGrid {
		return false
	}
	for _, l := range p.links[kg.PartOf] {
		if l.file != f.number || !p.sameKind(l) || p.x.kind(l.from) != k {
			continue
		}
		for _, above := range p.linksFrom(kg.PartOf, l.to) {
			if above.file == f.number && above.index > l.index {
				return true
			}
		}
	}
	return false
}

// segment emits the ties of a file that start at nodes of one kind; where depth is not negative, at nodes of that depth.
func (p *plan) segment(ctx context.Context, f *file, s segment, depth int) error {
	d := f.relation.Def()
	_, err := f.each(ctx, s.first, s.index, func(index int, r *record, _ problems) error {
		if index > s.last {
			return errStop
		}
		if _, refused := f.refused[index]; refused || r == nil {
			return nil
		}
		e := p.in.ends(r, d)
		if e.refs[0].kind != s.kind {
			return nil
		}
		numbers, err := p.resolve(ctx, e.refs[:])
		if err != nil {
			return err
		}
		if depth >= 0 && int(p.depth[numbers[0]]) != depth {
			return nil
		}
		if p.lost(f, index, r, numbers) {
			return nil
		}
		return p.emit(entry{file: f, index: index, record: r, node: none, parent: none, from: numbers[0], to: numbers[1], ref: numbers[2]})
	})
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// lost refuses a tie of which an end was refused after the tie had been looked at.
func (p *plan) lost(f *file, index int, r *record, numbers []int32) bool {
	for i, n := range numbers {
		if _, gone := p.refused[n]; n != none && gone {
			at := f.layout().of(endRoles[i])
			p.refuseTie(f, index, r.line, problems{problem(DependsOnRefused, f.layout().columns[at].name, r.cell(endRoles[i]), p.at(n))})
			return true
		}
	}
	return false
}
