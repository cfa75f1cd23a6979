// Package reach answers who can reach whom, and when, from an immutable spatial snapshot in memory: the places, the
// people, their homes, workplaces and presence, of all times, stamped with the store's revision.
//
// A Reach builds the first snapshot from a store and follows the store's journal: every edit makes a new snapshot
// that shares all that the edit did not touch. Questions (Near, UnitCoverage) are asked of a Snapshot and read
// nothing else. What a day looks like is derived when it is first asked for, and kept.
package reach

import (
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
