package importer

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"lintu/importer/sheet"
	"lintu/kg"
)

// chunkRows is how many rows are looked at together, so that the store is asked for many things at once.
const chunkRows = 2000

// pending is a row of a node that waits for its chunk.
type pending struct {
	index  int
	record *record
	bad    problems
	ref    *ref  // its natural key; nil where it has an id or no key
	id     kg.ID // given, or found out
	digest digest
	keyed  bool // digest is that of its key
}

// checkNodes reads a file of nodes: each row gets an id and a number, is checked for itself, and is refused where
// something is wrong.
func (c *check) checkNodes(ctx context.Context, f *file) error {
	chunk := make([]*pending, 0, chunkRows)
	pool := make([]*record, chunkRows)
	flush := func() error {
		err := c.nodeChunk(ctx, f, chunk)
		chunk = chunk[:0]
		return err
	}
	bad, err := f.each(ctx, sheet.Row{}, 0, func(index int, r *record, bad problems) error {
		c.progress(1)
		f.rows, f.numbers = index+1, append(f.numbers, none)
		if r == nil {
			c.refuse(f, bad[0].Line, bad)
			return nil
		}
		i := len(chunk)
		pool[i] = r.copyTo(pool[i])
		p := &pending{index: index, record: pool[i]}
		c.identify(p, f.kind)
		if chunk = append(chunk, p); len(chunk) == chunkRows {
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
	return flush()
}

func (r *record) copyTo(to *record) *record {
	if to == nil {
		to = newRecord(r.layout)
	}
	to.line, to.start = r.line, r.start
	copy(to.text, r.text)
	copy(to.has, r.has)
	copy(to.datum, r.datum)
	copy(to.shapes, r.shapes)
	return to
}

// life is the life span that the row gives; open where it gives none.
func (r *record) life() kg.Span {
	var s kg.Span
	if text := r.cell(roleValidFrom); text != "" { // few rows have one, and an error takes longer than a day
		s.From, _ = kg.ParseDate(text)
	}
	if text := r.cell(roleValidTo); text != "" {
		s.To, _ = kg.ParseDate(text)
	}
	return s
}

// identify reads the row's id, or else its natural key.
func (c *check) identify(p *pending, k kg.Kind) {
	r := p.record
	if text := r.cell(roleID); text != "" {
		id, err := kg.ParseID("id", text)
		if err != nil || id.Kind() != k {
			p.bad.add(BadValue, "id", text, k.Prefix()+"_...")
			return
		}
		p.id = id
	}
	if parts := c.ownKey(r, k); parts != nil {
		p.ref = &ref{kind: k, parts: parts}
		return
	}
	if p.id == "" {
		p.ref = c.innerKey(r, k)
		if p.ref == nil {
			p.bad.add(MissingKey, "id", r.titleText(), keyForm(k))
		}
	}
}

func (r *record) titleText() string {
	return cmp.Or(r.named("name"), r.named("number"), r.named("serial"))
}

// keyForm says what makes the natural key of a kind.
func keyForm(k kg.Kind) string {
	switch k {
	case kg.KindDivision, kg.KindMeasure:
		return "code"
	case kg.KindDoorbell:
		return "serial"
	case kg.KindEntrance:
		return "parent, number"
	case kg.KindHousehold:
		return "building, number"
	case kg.KindPerson:
		return "registerNo / name, birthDate, parent"
	}
	return "code / division, name"
}

// ownKey is the natural key of the row's own fields, nil where it has none.
func (c *check) ownKey(r *record, k kg.Kind) []string {
	var parts []string
	for i, f := range codeFields(k) {
		text := r.named(f.Name)
		if text == "" && i == 0 {
			return nil
		}
		if f.Name == "codeScheme" && text == "" {
			text = c.in.scheme
		}
		parts = append(parts, text)
	}
	return parts
}

// innerKey is the natural key that counts inside a container: the division, the building or the household.
func (c *check) innerKey(r *record, k kg.Kind) *ref {
	in := c.container(r, k)
	switch {
	case in == nil:
		return nil
	case k == kg.KindPerson:
		if name := r.named("name"); name != "" {
			return &ref{kind: k, parts: []string{name, r.named("birthDate")}, in: in}
		}
		return nil
	}
	title := r.named("name")
	if k == kg.KindEntrance || k == kg.KindHousehold {
		title = r.named("number")
	}
	if title == "" {
		return nil
	}
	return &ref{kind: k, parts: []string{title}, in: in}
}

// container is what the row says that the key is inside: in the column for it, or as its parent.
func (c *check) container(r *record, k kg.Kind) *ref {
	want := containerOf(k)
	if want == "" {
		return nil
	}
	if text := r.cell(roleContainer); text != "" {
		if in, ok := parseRef(text, want, c.in.scheme); ok && in.kind == want {
			return in
		}
		return nil
	}
	parent, _, ok := c.parent(r, k)
	switch {
	case !ok || parent == nil:
		return nil
	case parent.kind == want:
		return parent
	case parent.in != nil && parent.in.kind == want:
		return parent.in
	}
	return nil
}

// parent is what the shorthand columns name, and the column; nil where they name nothing, not ok where what they say is
// no reference.
func (c *check) parent(r *record, k kg.Kind) (in *ref, column string, ok bool) {
	if text := r.cell(roleParent); text != "" {
		var only kg.Kind
		if tos := parentKinds(k); len(tos) == 1 {
			only = tos[0]
		}
		in, ok = parseRef(text, only, c.in.scheme)
		return in, "parent", ok
	}
	if text := r.cell(roleParentCode); text != "" {
		scheme := c.in.scheme
		if k == kg.KindDivision {
			scheme = cmp.Or(r.named("codeScheme"), scheme)
		}
		return &ref{kind: kg.KindDivision, parts: []string{text, scheme}}, "parent_code", true
	}
	return nil, "", true
}

// parentKinds are the kinds that the shorthand may name for a kind.
func parentKinds(k kg.Kind) (kinds []kg.Kind) {
	d := parentRelation(k).Def()
	for _, p := range d.Pairs {
		if p.From == k {
			kinds = append(kinds, p.To)
		}
	}
	return kinds
}

// nodeChunk finds out the ids of a chunk's rows, checks them, and numbers them.
func (c *check) nodeChunk(ctx context.Context, f *file, chunk []*pending) error {
	if err := c.ids(ctx, f.kind, chunk); err != nil {
		return err
	}
	var ids []kg.ID
	for _, p := range chunk {
		if p.id != "" {
			ids = append(ids, p.id)
		}
	}
	stored, err := c.nodes(ctx, ids)
	if err != nil {
		return err
	}
	inParts(len(chunk), func(i int) {
		p := chunk[i]
		n := f.kind.Def().New()
		if item := stored[p.id]; item != nil {
			n = kg.Clone(item.Node)
		}
		n.Common().ID = p.id
		p.bad = append(p.bad, p.record.fill(n, c.in)...)
		if item := stored[p.id]; item != nil && kg.IsErased(item.Node) && !kg.Equal(item.Node, n) {
			p.bad = nil
			if p.bad.add(Erased, "id", string(p.id), ""); p.record.cell(roleID) == "" {
				p.bad[0].Column, p.bad[0].Value = keyForm(f.kind), "" // the report keeps no key of the erased
			}
		}
	})
	for _, p := range chunk {
		c.register(f, p)
	}
	return nil
}

// ids finds out the ids of rows that have a natural key only: that of the node that has the key now, else one that is
// derived from it.
func (c *check) ids(ctx context.Context, k kg.Kind, chunk []*pending) error {
	var refs []*ref
	for _, p := range chunk {
		refs = append(refs, p.ref)
	}
	containers, err := c.containers(ctx, refs)
	if err != nil {
		return err
	}
	var ask []wanted
	var asking []*pending
	for i, p := range chunk {
		if p.ref == nil {
			continue
		}
		if p.ref.in != nil && containers[i] == "" {
			p.bad.add(UnknownReference, containerColumn(p.record, k), refText(p.ref.in), "")
			continue
		}
		w := wanted{ref: p.ref, container: containers[i], life: p.record.life()}
		p.digest, p.keyed = digestOf(k, w.natural()), true
		if p.id == "" {
			ask, asking = append(ask, w), append(asking, p)
		}
	}
	if !c.empty && len(ask) > 0 {
		found, err := lookup(ctx, c.store, k, ask)
		if err != nil {
			return err
		}
		for i, id := range found {
			asking[i].id = id
		}
	}
	return c.derive(ctx, k, ask, asking)
}

func containerColumn(r *record, k kg.Kind) string {
	switch {
	case r.cell(roleContainer) != "":
		return containerOf(k).Def().One
	case r.cell(roleParent) != "":
		return "parent"
	}
	return "parent_code"
}

func refText(r *ref) string {
	if r.id != "" {
		return string(r.id)
	}
	return strings.Join(r.parts, "/")
}

// derive gives the rows that found no node the id that their key makes. Where that id belongs to something else, whose
// key has changed since, the key makes another one.
func (c *check) derive(ctx context.Context, k kg.Kind, keys []wanted, rows []*pending) error {
	mine := map[kg.ID]digest{}
	derived := make([]kg.ID, len(rows))
	for turn := 1; len(rows) > 0; turn++ {
		var ids []kg.ID
		var waiting []int
		inParts(len(rows), func(i int) {
			if rows[i].id != "" {
				return
			}
			natural := keys[i].natural()
			if turn > 1 {
				natural = append(natural, strconv.Itoa(turn))
			}
			derived[i] = kg.DeriveID(c.key[:], k, natural...)
		})
		for i, p := range rows {
			if p.id != "" {
				continue
			}
			id := derived[i]
			if n := c.x.number(id); n != none && c.x.key(p.digest) != n && !c.erased[id] {
				waiting = append(waiting, i)
				continue
			}
			p.id, mine[id] = id, p.digest
			ids = append(ids, id)
		}
		taken, err := c.storedIDs(ctx, ids)
		if err != nil {
			return err
		}
		for i, p := range rows {
			if _, derived := mine[p.id]; derived && taken[p.id] {
				p.id = ""
				waiting = append(waiting, i)
			}
		}
		clear(mine)
		if len(waiting) == 0 {
			return nil
		}
	}
	return nil
}

func (c *check) storedIDs(ctx context.Context, ids []kg.ID) (map[kg.ID]bool, error) {
	items, err := c.nodes(ctx, ids)
	taken := make(map[kg.ID]bool, len(items))
	for id, item := range items {
		taken[id] = !kg.IsErased(item.Node) // else the row is that of what was erased
	}
	return taken, err
}

// register numbers a row's node, or refuses the row. A refused row that has an id keeps its number, so that what depends
// on it is refused for that reason.
func (c *check) register(f *file, p *pending) {
	if p.id != "" {
		at := place{file: f.number, line: int32(p.record.line)}
		n := c.x.number(p.id)
		switch {
		case n == none:
			n = c.x.add(p.id, at)
		case c.x.inFiles(n):
			first := c.x.places[n]
			column, value := "id", string(p.id)
			if p.record.cell(roleID) == "" {
				column, value = keyForm(f.kind), refText(p.ref)
			}
			p.bad.add(DuplicateKey, column, value, fmt.Sprintf("%s:%d", c.files[first.file-1].name, first.line))
			n = none
		default:
			c.x.places[n] = at
		}
		if n != none {
			if p.keyed {
				c.x.remember(p.digest, n)
			}
			f.numbers[p.index] = n
			if len(p.bad) > 0 {
				f.numbers[p.index] = none
				c.refused[n] = struct{}{}
			}
		}
	}
	if len(p.bad) > 0 {
		c.refuse(f, p.record.line, p.bad)
	}
}
