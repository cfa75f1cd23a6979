package importer

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"strconv"

	"lintu/importer/sheet"
	"lintu/kg"
	"lintu/store"
)

// at names a line of the file.
func (f *file) at(line int32) string { return f.name + ":" + strconv.Itoa(int(line)) }

// ends are the references of a row of ties.
type ends struct {
	refs [3]*ref // from, to, reference
	bad  problems
}

// endRoles are the roles of the columns that hold references, in the order of ends.
var endRoles = [3]role{roleFrom, roleTo, roleRef}

// ends reads the references of a row.
func (in reading) ends(r *record, d *kg.RelationDef) (e ends) {
	allowed := [3][]kg.Kind{d.Froms(), d.Tos(), {d.RefKind}}
	for i, role := range endRoles {
		text := r.cell(role)
		at := r.layout.of(role)
		if at < 0 || (text == "" && role == roleRef) {
			continue
		}
		var only kg.Kind
		if len(allowed[i]) == 1 {
			only = allowed[i][0]
		}
		ref, ok := parseRef(text, only, in.scheme)
		switch {
		case !ok:
			e.bad.add(BadValue, r.layout.columns[at].name, text, "id, "+keyFormOf(allowed[i]))
		case !slices.Contains(allowed[i], ref.kind):
			e.bad.add(NotAllowed, r.layout.columns[at].name, text, keyFormOf(allowed[i]))
		}
		e.refs[i] = ref
	}
	return e
}

// tieRow is a row of ties that waits for its chunk.
type tieRow struct {
	index, line int
	tie         kg.Tie
	ends        ends
	texts       [3]string
	derived     bool // the row has no id
	bad         problems
}

// checkTies reads a file of ties: each row's ends must be there, the tie allowed, its id and its key the only ones.
func (c *check) checkTies(ctx context.Context, f *file) error {
	var chunk []*tieRow
	flush := func() error {
		err := c.tieChunk(ctx, f, chunk)
		chunk = chunk[:0]
		return err
	}
	bad, err := f.each(ctx, sheet.Row{}, 0, func(index int, r *record, bad problems) error {
		c.progress(1)
		f.rows = index + 1
		if r == nil {
			c.refuseTie(f, index, bad[0].Line, bad)
			return nil
		}
		f.segment(index, r, c.in)
		row := &tieRow{index: index, line: r.line, tie: kg.Tie{Relation: f.relation}, derived: r.cell(roleID) == ""}
		row.ends = c.in.ends(r, f.relation.Def())
		row.bad = append(row.ends.bad, r.fillTie(&row.tie)...)
		for i, role := range endRoles {
			row.texts[i] = r.cell(role)
		}
		if id := r.cell(roleID); id != "" {
			parsed, err := kg.ParseID("id", id)
			if err != nil || parsed.Kind() != "" {
				row.bad.add(BadValue, "id", id, "tie_...")
			}
			row.tie.ID = parsed
		}
		if chunk = append(chunk, row); len(chunk) == chunkRows {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(bad) > 0 {
		c.refuseFile(f, bad)
		return nil
	}
	if err := flush(); err != nil {
		return err
	}
	c.lastOf(f)
	return nil
}

// segment notes where the ties of a kind begin and end.
func (f *file) segment(index int, r *record, in reading) {
	ref, ok := parseRef(r.cell(roleFrom), onlyKind(f.relation.Def().Froms()), in.scheme)
	if !ok {
		return
	}
	i := slices.IndexFunc(f.segments, func(s segment) bool { return s.kind == ref.kind })
	if i < 0 {
		i = len(f.segments)
		f.segments = append(f.segments, segment{kind: ref.kind, first: sheet.Row{Line: r.line, Start: r.start}, index: index})
	}
	f.segments[i].count++
	f.segments[i].last = index
}

func onlyKind(kinds []kg.Kind) kg.Kind {
	if len(kinds) == 1 {
		return kinds[0]
	}
	return ""
}

func (c *check) refuseTie(f *file, index, line int, bad problems) {
	f.refused[index] = struct{}{}
	c.refuse(f, line, bad)
}

// tieChunk finds the ends of a chunk's ties and checks the ties for themselves.
func (c *check) tieChunk(ctx context.Context, f *file, chunk []*tieRow) error {
	numbers, err := c.resolveEnds(ctx, chunk)
	if err != nil {
		return err
	}
	var sources []kg.ID
	for i, row := range chunk {
		c.putEnds(row, numbers[i])
		if row.tie.From != "" {
			sources = append(sources, row.tie.From)
		}
	}
	onRecord, err := storedTies(ctx, c.store, c.empty, f.relation, sources)
	if err != nil {
		return err
	}
	for i, row := range chunk {
		if len(row.bad) == 0 {
			if row.derived {
				row.tie.ID = onRecord.id(&row.tie, c.key)
			}
			if err := kg.ValidateTie(&row.tie); err != nil {
				row.bad = append(row.bad, tieProblem(f.layout(), row, err))
			}
			c.tombstones(row)
		}
		if len(row.bad) > 0 {
			c.refuseTie(f, row.index, row.line, row.bad)
			continue
		}
		c.note(f, row, numbers[i])
	}
	c.noteStored(f, onRecord)
	return nil
}

func (c *check) resolveEnds(ctx context.Context, chunk []*tieRow) ([][3]int32, error) {
	var refs []*ref
	for _, row := range chunk {
		refs = append(refs, row.ends.refs[:]...)
	}
	flat, err := c.resolve(ctx, refs)
	if err != nil {
		return nil, err
	}
	numbers := make([][3]int32, len(chunk))
	for i := range chunk {
		copy(numbers[i][:], flat[3*i:])
	}
	return numbers, nil
}

// putEnds gives a tie its ends, or says which of them are not there.
func (c *check) putEnds(row *tieRow, numbers [3]int32) {
	l := relationLayouts[row.tie.Relation]
	into := [3]*kg.ID{&row.tie.From, &row.tie.To, &row.tie.Ref}
	for i, ref := range row.ends.refs {
		if ref == nil {
			continue
		}
		column := l.columns[l.of(endRoles[i])].name
		n := numbers[i]
		if n == none {
			row.bad.add(UnknownReference, column, row.texts[i], "")
			continue
		}
		if _, gone := c.refused[n]; gone {
			row.bad.add(DependsOnRefused, column, row.texts[i], c.at(n))
			continue
		}
		*into[i] = c.x.id(n)
	}
}

// tombstones refuses a tie at a tombstone, but those that tombstones have.
func (c *check) tombstones(row *tieRow) {
	if len(c.erased) == 0 || kg.OutlivesErasure(&row.tie) {
		return
	}
	l := relationLayouts[row.tie.Relation]
	for i, id := range []kg.ID{row.tie.From, row.tie.To, row.tie.Ref} {
		if c.erased[id] {
			row.bad.add(Erased, l.columns[l.of(endRoles[i])].name, string(id), "")
		}
	}
}

func tieProblem(l *layout, row *tieRow, err error) Problem {
	p := fieldProblem(l, "", "", err)
	var invalid *kg.InvalidError
	if asInvalid(err, &invalid) {
		p = fieldProblem(l, invalid.Argument, "", err)
		p.Value = row.texts[0] + " " + row.texts[1]
		if f := kg.TieFieldOf(invalid.Argument); f != nil {
			p.Value = clip(f.Text(&row.tie))
		} else if invalid.Argument == "from, to" || invalid.Argument == "to" {
			p = problem(NotAllowed, invalid.Argument, p.Value, invalid.Problem)
		}
	}
	return p
}

// mark stands for a tie of a file while its relation is checked.
type mark struct {
	id, key     uint64
	index, line int32
	file        int32
}

var hashSeed = maphash.MakeSeed()

// note keeps of a tie what the rules about several ties need.
func (c *check) note(f *file, row *tieRow, numbers [3]int32) {
	id := maphash.String(hashSeed, string(row.tie.ID))
	c.marks = append(c.marks, mark{id: id, key: maphash.String(hashSeed, row.tie.Key()), index: int32(row.index), line: int32(row.line), file: f.number})
	if f.relation.Def().One {
		c.links[f.relation] = append(c.links[f.relation], link{
			from: numbers[0], to: numbers[1], valid: row.tie.Valid, file: f.number, index: int32(row.index), line: int32(row.line), id: id,
		})
	}
}

// noteStored keeps the ties on record that start where the chunk's do.
func (c *check) noteStored(f *file, onRecord tiesOnRecord) {
	if !f.relation.Def().One {
		return
	}
	for _, t := range onRecord.byID {
		from, to := c.x.number(t.From), c.x.number(t.To)
		if from == none {
			continue
		}
		if to == none {
			to = c.x.add(t.To, place{})
		}
		c.links[f.relation] = append(c.links[f.relation], link{from: from, to: to, valid: t.Valid, id: maphash.String(hashSeed, string(t.ID))})
	}
}

// lastOf looks at a relation after its last file: no two ties have one id or one key.
func (c *check) lastOf(f *file) {
	for _, later := range c.files[f.number:] {
		if later.relation == f.relation {
			return
		}
	}
	for _, by := range []struct {
		column string
		of     func(mark) uint64
	}{{"from, to, role, scheme, slot, validFrom", func(m mark) uint64 { return m.key }}, {"id", func(m mark) uint64 { return m.id }}} {
		slices.SortFunc(c.marks, func(a, b mark) int {
			return cmp.Or(cmp.Compare(by.of(a), by.of(b)), cmp.Compare(a.file, b.file), cmp.Compare(a.index, b.index))
		})
		for i := 1; i < len(c.marks); i++ {
			m := c.marks[i]
			file := c.files[m.file-1]
			if _, gone := file.refused[int(m.index)]; gone || by.of(m) != by.of(c.marks[i-1]) {
				continue
			}
			first := c.marks[i-1]
			c.refuseTie(file, int(m.index), int(m.line), problems{problem(DuplicateKey, by.column, "", c.files[first.file-1].at(first.line))})
		}
	}
	c.marks = nil
}

// tiesOnRecord are ties of one relation in the store.
type tiesOnRecord struct {
	byID  map[kg.ID]*kg.Tie
	byKey map[string]*kg.Tie
}

// id is the id of an imported tie: that of the tie that has its key, else one derived from the key.
func (t tiesOnRecord) id(tie *kg.Tie, key store.Key) kg.ID {
	if stored := t.byKey[tie.Key()]; stored != nil {
		return stored.ID
	}
	return kg.DeriveTieID(key[:], tie)
}

// storedTies are the ties of a relation that start at the nodes, of all times.
func storedTies(ctx context.Context, st store.Store, empty bool, r kg.Relation, sources []kg.ID) (tiesOnRecord, error) {
	out := tiesOnRecord{byID: map[kg.ID]*kg.Tie{}, byKey: map[string]*kg.Tie{}}
	if empty || len(sources) == 0 {
		return out, nil
	}
	sources = slices.Clone(sources)
	slices.Sort(sources)
	step := &store.Step{Key: "t", Relation: r, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}}
	trees, err := st.Expand(ctx, store.Everything, slices.Compact(sources), &store.Plan{Steps: []*store.Step{step}})
	if err != nil {
		return out, err
	}
	for _, tree := range trees {
		if tree["t"] == nil {
			continue
		}
		for _, e := range tree["t"].Edges {
			out.byID[e.Tie.ID], out.byKey[e.Tie.Key()] = e.Tie, e.Tie
		}
	}
	return out, nil
}
