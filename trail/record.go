package trail

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/trust"
)

// Kind is what a record tells of.
type Kind string

// The kinds of records.
const (
	Opened       Kind = "OPENED"       // a file was begun
	Closed       Kind = "CLOSED"       // a file was ended in order
	Operation    Kind = "OPERATION"    // somebody read or wrote
	Release      Kind = "RELEASE"      // a responder who said yes was shown the door
	Told         Kind = "TOLD"         // a person was told of a release
	Acknowledged Kind = "ACKNOWLEDGED" // an auditor has taken note of a use of break-glass
)

// Begun is the result of what was recorded before it was done: a write, a stream, a command.
const Begun = "begun"

// MaxSubjects is how many people and households a record lists, each; of more it holds their number and a hash.
const MaxSubjects = 1000

// Record is one entry. Process, Sequence and At are given by the trail.
type Record struct {
	Process  string    `json:"process"`
	Sequence int64     `json:"seq"` // of the chain: 1, 2, 3 without gaps
	At       kg.Moment `json:"at"`
	Kind     Kind      `json:"kind"`

	Viewer  string        `json:"viewer,omitempty"`
	Roles   []trust.Role  `json:"roles,omitempty"`
	Areas   []string      `json:"areas,omitempty"` // that the viewer serves; "*": all
	Purpose trust.Purpose `json:"purpose,omitempty"`
	Reason  string        `json:"reason,omitempty"`

	Via       string   `json:"via,omitempty"`       // graphql, map, export, link, device, command
	Name      string   `json:"operation,omitempty"` // of the operation, or of the command
	Document  string   `json:"document,omitempty"`  // SHA-256 of the document's text, or of the address
	Variables string   `json:"variables,omitempty"` // Trail.Fingerprint of the variables
	Fields    []string `json:"fields,omitempty"`    // at the root
	Write     bool     `json:"write,omitempty"`

	Subjects
	Result  string `json:"result,omitempty"` // ok, or the code of the first error
	Request string `json:"request,omitempty"`
	Cost    *Cost  `json:"cost,omitempty"`

	Ring  kg.ID  `json:"ring,omitempty"`  // of a release
	Alert kg.ID  `json:"alert,omitempty"` // of a release
	Of    string `json:"of,omitempty"`    // what a TOLD or an ACKNOWLEDGED is about: a task, a record
	How   string `json:"how,omitempty"`   // of a TOLD

	File *Opening `json:"file,omitempty"` // of an OPENED
}

// ID names a record: its process and its number.
func (r *Record) ID() string { return fmt.Sprintf("%s.%d", r.Process, r.Sequence) }

// Cost is what an operation took of the store.
type Cost struct {
	Calls      int `json:"calls"`
	Statements int `json:"statements"`
}

// Subjects are the people and households whose personal fields were read or written. The lists are whole or absent.
type Subjects struct {
	People         []kg.ID `json:"people,omitempty"`
	Households     []kg.ID `json:"households,omitempty"`
	PeopleCount    int     `json:"peopleCount,omitempty"`
	HouseholdCount int     `json:"householdCount,omitempty"`
	// Unlisted is the SHA-256 of the ids, a line each and in order, of people and of households that are too many.
	Unlisted string `json:"unlisted,omitempty"`
}

// SubjectsOf are the people and households among ids, each once and in order.
func SubjectsOf(ids []kg.ID) Subjects {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	var s Subjects
	for _, id := range slices.Compact(ids) {
		switch id.Kind() {
		case kg.KindPerson:
			s.People = append(s.People, id)
		case kg.KindHousehold:
			s.Households = append(s.Households, id)
		}
	}
	s.PeopleCount, s.HouseholdCount = len(s.People), len(s.Households)
	if max(s.PeopleCount, s.HouseholdCount) > MaxSubjects {
		s.unlist()
	}
	return s
}

// unlist puts the hash in the place of lists that are too long.
func (s *Subjects) unlist() {
	hash := sha256.New()
	for _, list := range []*[]kg.ID{&s.People, &s.Households} {
		if len(*list) <= MaxSubjects {
			continue
		}
		for _, id := range *list {
			fmt.Fprintln(hash, id)
		}
		*list = nil
	}
	s.Unlisted = hex.EncodeToString(hash.Sum(nil))
}

// By fills in who it was.
func (r *Record) By(v trust.Viewer) {
	r.Viewer, r.Roles, r.Purpose, r.Reason = v.Name, v.Roles, v.Purpose, v.Reason
	r.Areas = nil
	if v.Scope.All {
		r.Areas = []string{"*"}
		return
	}
	for _, a := range v.Scope.Areas {
		r.Areas = append(r.Areas, string(a))
	}
}

// Opening is what the first record of a file says of others.
type Opening struct {
	Number int `json:"number"` // of the file in its chain
	// After are the heads that the file comes after: its own chain's, or those of other chains that nobody has named.
	After []Head `json:"after,omitempty"`
	// Torn are files whose last line a crash has left half written.
	Torn []Torn `json:"torn,omitempty"`
}

// Head is the last line of a file at some moment.
type Head struct {
	File     string `json:"file"`
	Sequence int64  `json:"seq"`
	Hash     string `json:"hash"`
}

// Torn is what a crash has left at the end of a file: so many bytes after its last whole line.
type Torn struct {
	File  string `json:"file"`
	After int64  `json:"after"` // number of the last record
	Bytes int64  `json:"bytes"`
}
