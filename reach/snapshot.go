// Package reach answers who can reach whom, and when, from an immutable spatial snapshot in memory: the places, the
// people, their homes, workplaces and presence, of all times, stamped with the store's revision.
//
// A Reach builds the first snapshot from a store and follows the store's journal: every edit makes a new snapshot
// that shares all that the edit did not touch. Questions (Near, UnitCoverage) are asked of a Snapshot and read
// nothing else. What a day looks like is derived when it is first asked for, and kept; Reach asks for today's beforehand.
package reach

import (
	"iter"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach/barrier"
	"lintu/reach/calendar"
	"lintu/store"
)

// Snapshot is the graph of people and places at one revision, of all times. It is immutable and safe for concurrent
// use.
type Snapshot struct {
	revision store.Revision
	location *time.Location
	calendar *calendar.Calendar
	barriers *barrier.Set

	refs       table // by id
	people     column[person]
	households column[household]
	spots      column[spot]             // buildings and entrances
	others     [kindCount]column[plain] // the other kinds
	bundles    [kindCount]bundles       // ties, by the column of the nodes at which they start
	hows       interned[how]
	notes      interned[note]
	lifes      interned[kg.Span]

	days   *days
	rolls  *rolls
	scopes *scopes
}

// Revision is the store's revision that the snapshot shows.
func (s *Snapshot) Revision() store.Revision { return s.revision }

// Location is the site's time zone: days and half hours are its local ones.
func (s *Snapshot) Location() *time.Location { return s.location }

// Barriers are the lines that people cannot cross but at crossings; nil where none were loaded.
func (s *Snapshot) Barriers() *barrier.Set { return s.barriers }

// Calendar says which days are worked.
func (s *Snapshot) Calendar() *calendar.Calendar { return s.calendar }

// node is what the rows of every kind have.
type node struct {
	token token
	is    trait
	life  uint32 // number of its life span
}

// trait is a set of what is true of a node.
type trait uint8

const (
	known   trait = 1 << iota // without it a node is only named by a tie so far, or deleted
	member                    // a person who is a party member
	lifted                    // an entrance with a lift
	special                   // a candidate whose presence a roll does not tell
)

// tie is a tie of all times, without what no question here asks for.
type tie struct {
	to ref
	*how
}

// how is all of a tie but where it leads; most ties share one with others.
type how struct {
	relation relation
	by       ref // the third node that the tie refers to
	valid    kg.Span
	note     uint32 // number of what few ties carry
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
	holdsPost
	relationCount
)

var relations = [relationCount]kg.Relation{
	partOf: kg.PartOf, inCompound: kg.InCompound, livesIn: kg.LivesIn, worksAt: kg.WorksAt, belongsTo: kg.BelongsTo,
	registeredWith: kg.RegisteredWith, deployedTo: kg.DeployedTo, responsibleFor: kg.ResponsibleFor, contactOf: kg.ContactOf,
	keyholderOf: kg.KeyholderOf, inTeam: kg.InTeam, setUpOn: kg.SetUpOn, pairedWith: kg.PairedWith, serves: kg.Serves,
	locatedIn: kg.LocatedIn, installedAt: kg.InstalledAt, holdsPost: kg.HoldsPost,
}

var relationNums = func() map[kg.Relation]relation {
	m := map[kg.Relation]relation{}
	for i, r := range relations {
		m[r] = relation(i)
	}
	return m
}()

type person struct {
	node
	birth   kg.Date
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
}

// plain is a row of any other kind.
type plain struct {
	node
	management kg.ManagementKind // of a compound
	level      string            // of a division or grid
	venue      *venue            // of a place
}

// venue is what places have.
type venue struct {
	kind  string
	point *geo.Point // its own, nil where it stands at its building's
	hours []kg.Opening
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

// rows is how many rows the column of a kind has.
func (s *Snapshot) rows(k kindNum) int {
	switch k.column() {
	case people:
		return s.people.n
	case households:
		return s.households.n
	case buildings:
		return s.spots.n
	}
	return s.others[k].n
}

// size is how many rows all columns have.
func (s *Snapshot) size() int {
	n := s.people.n + s.households.n + s.spots.n
	for i := range s.others {
		n += s.others[i].n
	}
	return n
}

// id is the id of a ref.
func (s *Snapshot) id(r ref) kg.ID { return s.node(r).token.id(r.kind()) }

// personID is the id of a person's row.
func (s *Snapshot) personID(row int32) kg.ID { return s.people.at(row).token.id(people) }

// index is the ref of an id that was ever named.
func (s *Snapshot) index(id kg.ID) (ref, bool) {
	k, t, ok := parseID(id)
	if !ok {
		return 0, false
	}
	return s.refOf(k, &t)
}

func (s *Snapshot) refOf(k kindNum, t *token) (ref, bool) {
	r, ok := s.refs.find(t.hash(k), func(r uint32) bool { return ref(r).kind() == k && s.node(ref(r)).token == *t })
	return ref(r), ok
}

// find is the ref of a node that exists, whatever its life span.
func (s *Snapshot) find(id kg.ID) (ref, bool) {
	r, ok := s.index(id)
	if !ok || s.node(r).is&known == 0 {
		return 0, false
	}
	return r, true
}

// links are the outgoing ties of a node as they are kept: by relation; of WORKS_AT the one that counts first stands
// first.
func (s *Snapshot) links(r ref) []link { return s.bundles[r.kind().column()].of(r.row()) }

// ties are the outgoing ties of a node, in the same order.
func (s *Snapshot) ties(r ref) iter.Seq[tie] {
	return func(yield func(tie) bool) {
		for _, l := range s.links(r) {
			if !yield(tie{l.to, s.hows.at(l.how)}) {
				return
			}
		}
	}
}

// lives says whether a node exists on a day.
func (s *Snapshot) lives(r ref, on kg.Date) bool {
	n := s.node(r)
	return n.is&known != 0 && s.lifes.at(n.life).Holds(on)
}

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

// ref names a node inside a snapshot: its kind's number and its row. The zero ref is none.
type ref uint32

const (
	refRows = 28 // bits of the row
	rowMask = 1<<refRows - 1
)

func (r ref) row() int32    { return int32(r & rowMask) }
func (r ref) kind() kindNum { return kindNum(r >> refRows) }

// column is the kind under which the rows of a kind are numbered.
func (k kindNum) column() kindNum {
	if k == entrances {
		return buildings
	}
	return k
}

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
	places
	kindCount
)

var kinds = [kindCount]kg.Kind{
	divisions: kg.KindDivision, grids: kg.KindGrid, compounds: kg.KindCompound, buildings: kg.KindBuilding, entrances: kg.KindEntrance,
	households: kg.KindHousehold, units: kg.KindUnit, orgs: kg.KindPartyOrg, teams: kg.KindTeam, people: kg.KindPerson, doorbells: kg.KindDoorbell,
	places: kg.KindPlace,
}

var kindNums = func() map[kg.Kind]kindNum {
	m := map[kg.Kind]kindNum{}
	for n := divisions; n < kindCount; n++ {
		m[kinds[n]] = n
	}
	return m
}()
