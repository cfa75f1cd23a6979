// Package reach answers who can reach whom, and when, from an immutable spatial snapshot in memory: the places, the
// people, their homes, workplaces and presence, of all times, stamped with the store's revision.
//
// A Reach builds the first snapshot from a store and follows the store's journal: every edit makes a new snapshot
// that shares all that the edit did not touch. Questions (Near, UnitCoverage) are asked of a Snapshot and read
// nothing else. What a day looks like is derived when it is first asked for, and kept.
package reach

import (
	"hash/maphash"
	"maps"
	"slices"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach/calendar"
	"lintu/store"
)

// Snapshot is the graph of people and places at one revision, of all times. It is immutable and safe for concurrent
// use.
type Snapshot struct {
	revision store.Revision
	location *time.Location
	calendar *calendar.Calendar

	index      index
	people     column[person]
	households column[household]
	spots      column[spot]             // buildings and entrances
	others     [kindCount]column[plain] // the other kinds

	days *days
}

// Revision is the store's revision that the snapshot shows.
func (s *Snapshot) Revision() store.Revision { return s.revision }

// Location is the site's time zone: days and half hours are its local ones.
func (s *Snapshot) Location() *time.Location { return s.location }

// node is what the rows of every kind have.
type node struct {
	id    kg.ID
	known bool // false: only named by a tie so far, or deleted
	life  kg.Span
	ties  []tie // outgoing, by relation; of WORKS_AT the one that counts first stands first
}

// tie is a tie of all times, without what no question here asks for.
type tie struct {
	relation relation
	to       ref
	by       ref // the third node that the tie refers to
	valid    kg.Span
	note     *note
}

// note is what few ties carry: the id of a pairing, scheme and slot of a responsibility.
type note struct {
	id           kg.ID
	scheme, slot string
}

// relation numbers the relations that a snapshot keeps.
type relation uint8

const (
	partOf relation = iota
	inCompound
	livesIn
	worksAt
	belongsTo
	registeredWith
	deployedTo
	responsibleFor
	contactOf
	keyholderOf
	inTeam
	setUpOn
	pairedWith
	serves
	locatedIn
	installedAt
	relationCount
)

var relations = [relationCount]kg.Relation{
	partOf: kg.PartOf, inCompound: kg.InCompound, livesIn: kg.LivesIn, worksAt: kg.WorksAt, belongsTo: kg.BelongsTo,
	registeredWith: kg.RegisteredWith, deployedTo: kg.DeployedTo, responsibleFor: kg.ResponsibleFor, contactOf: kg.ContactOf,
	keyholderOf: kg.KeyholderOf, inTeam: kg.InTeam, setUpOn: kg.SetUpOn, pairedWith: kg.PairedWith, serves: kg.Serves,
	locatedIn: kg.LocatedIn, installedAt: kg.InstalledAt,
}

type person struct {
	node
	birth   kg.Date
	member  bool
	profile *profile // nil for most people
}

// profile is what responders and people with care flags have.
type profile struct {
	responder   *kg.Responder
	flags       []kg.Flag
	specialties []kg.Specialty
}

type household struct {
	node
	floor int32
	care  *care // nil for most households
}

type care struct {
	level    kg.CareLevel
	flags    []kg.Flag
	refusals []kg.Refusal
}

// spot is a building or an entrance.
type spot struct {
	node
	point *geo.Point
	lift  bool
}

// plain is a row of any other kind.
type plain struct {
	node
	management kg.ManagementKind // of a compound
}

// node is the row of a ref, of whatever kind.
func (s *Snapshot) node(r ref) *node {
	switch r.kind() {
	case people:
		return &s.people.at(r.row()).node
	case households:
		return &s.households.at(r.row()).node
	case buildings, entrances:
		return &s.spots.at(r.row()).node
	}
	return &s.others[r.kind()].at(r.row()).node
}

// find is the ref of a node that exists, whatever its life span.
func (s *Snapshot) find(id kg.ID) (ref, bool) {
	r, ok := s.index.find(id)
	if !ok || !s.node(r).known {
		return 0, false
	}
	return r, true
}

// lives says whether a node exists on a day.
func (n *node) lives(on kg.Date) bool { return n.known && n.life.Holds(on) }

// age is a person's whole years on a day; 0 where the date of birth is unknown.
func (p *person) age(on kg.Date) int { return p.birth.Age(on) }

// responder is a person's responder profile, nil without one.
func (p *person) responder() *kg.Responder {
	if p.profile == nil {
		return nil
	}
	return p.profile.responder
}

// flagged says whether a care flag holds on a day.
func (p *person) flagged(on kg.Date) bool {
	if p.profile == nil {
		return false
	}
	for _, f := range p.profile.flags {
		if f.Holds(on) {
			return true
		}
	}
	return false
}

// A snapshot is patched by copying only what changes: rows stand in chunks, and a draft copies a chunk before it
// writes to it for the first time. Whoever holds the snapshot before keeps reading the old chunks.

const chunkRows = 256

// token marks what a draft has copied and may write to.
type token struct{ _ byte }

type chunk[T any] struct {
	owner *token
	rows  [chunkRows]T
}

// column is a list of rows that grows but never shrinks.
type column[T any] struct {
	owner  *token
	chunks []*chunk[T]
	n      int
}

// at is a row to read.
func (c *column[T]) at(i int32) *T { return &c.chunks[i/chunkRows].rows[i%chunkRows] }

// edit is a row to write, for the draft that by marks.
func (c *column[T]) edit(by *token, i int32) *T {
	if c.owner != by {
		c.owner, c.chunks = by, slices.Clone(c.chunks)
	}
	k := c.chunks[i/chunkRows]
	if k.owner != by {
		k = &chunk[T]{owner: by, rows: k.rows}
		c.chunks[i/chunkRows] = k
	}
	return &k.rows[i%chunkRows]
}

// add makes a new row and gives its number.
func (c *column[T]) add(by *token) int32 {
	if c.n == len(c.chunks)*chunkRows {
		if c.owner != by {
			c.owner, c.chunks = by, slices.Clone(c.chunks)
		}
		c.chunks = append(c.chunks, &chunk[T]{owner: by})
	}
	c.n++
	return int32(c.n - 1)
}

// ref names a node inside a snapshot: its kind's number and its row. The zero ref is none.
type ref uint32

const (
	refRows = 28 // bits of the row
	rowMask = 1<<refRows - 1
)

func (r ref) row() int32    { return int32(r & rowMask) }
func (r ref) kind() kindNum { return kindNum(r >> refRows) }

func newRef(k kindNum, row int32) ref { return ref(k)<<refRows | ref(row) }

// kindNum numbers the kinds that a snapshot keeps.
type kindNum uint8

const (
	noKind kindNum = iota
	divisions
	grids
	compounds
	buildings
	entrances
	households
	units
	orgs
	teams
	people
	doorbells
	kindCount
)

var kinds = [kindCount]kg.Kind{
	divisions: kg.KindDivision, grids: kg.KindGrid, compounds: kg.KindCompound, buildings: kg.KindBuilding, entrances: kg.KindEntrance,
	households: kg.KindHousehold, units: kg.KindUnit, orgs: kg.KindPartyOrg, teams: kg.KindTeam, people: kg.KindPerson, doorbells: kg.KindDoorbell,
}

var kindNums = func() map[kg.Kind]kindNum {
	m := map[kg.Kind]kindNum{}
	for n := divisions; n < kindCount; n++ {
		m[kinds[n]] = n
	}
	return m
}()

// index finds refs by id, in shards that are copied when a draft adds to them.
type index struct {
	owner  *token
	shards []shard
}

type shard struct {
	owner *token
	refs  map[kg.ID]ref
}

const indexShards = 1024

var hashSeed = maphash.MakeSeed()

func newIndex(by *token) index { return index{owner: by, shards: make([]shard, indexShards)} }

func shardOf(id kg.ID) uint64 { return maphash.String(hashSeed, string(id)) % indexShards }

func (x *index) find(id kg.ID) (ref, bool) {
	r, ok := x.shards[shardOf(id)].refs[id]
	return r, ok
}

func (x *index) put(by *token, id kg.ID, r ref) {
	if x.owner != by {
		x.owner, x.shards = by, slices.Clone(x.shards)
	}
	s := &x.shards[shardOf(id)]
	if s.owner != by {
		s.owner, s.refs = by, maps.Clone(s.refs)
	}
	if s.refs == nil {
		s.refs = map[kg.ID]ref{}
	}
	s.refs[id] = r
}
