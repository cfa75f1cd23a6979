// Package town generates the body of a town preset: divisions, compounds, buildings and homes on the ground, the
// people in them, where they work, and who of them needs care or answers a ring. Package civic ties the
// organizations to it.
//
// Everything is drawn first, into the compact records of World, and then emitted in an order in which every tie finds
// both its ends. The records of a city of 160,000 people take some tens of megabytes; nodes are made one batch at a
// time.
package town

import (
	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
)

// None is the index that stands for nothing.
const None = -1

// World is a town as it was drawn. Records refer to each other by index.
type World struct {
	*figures.Figures
	Seed uint64
	Out  *sink.Sink

	Divisions map[string]kg.ID // by code; looked up, never walked through
	Areas     []Area
	Grids     []Grid
	Compounds []Compound
	Buildings []Building // those of an area stand together: homes first, then offices
	Entrances []Entrance
	Homes     []Home
	People    []Person
	Units     []Unit
	Faults    []figures.Fault
}

// Range is the indices from From to To-1.
type Range struct{ From, To int }

// Len is the number of indices.
func (r Range) Len() int { return r.To - r.From }

// Area is a community or village.
type Area struct {
	figures.Area
	ID                                         kg.ID
	Short                                      string // the name without 居委会, 社区, 村委会: 栗田湖
	Grids, Compounds, Buildings, Homes, People Range
	Centre                                     int // building of its service centre, or None
}

// Grid is a run of neighbouring buildings of an area.
type Grid struct {
	ID         kg.ID
	Code, Name string
	Area       int
	Buildings  []int
}

// Compound is a residential compound.
type Compound struct {
	ID         kg.ID
	Code, Name string
	Area       int
	Kind       kg.ManagementKind
	Elder      int // weight of elderly people who live alone
	Buildings  Range
	Unit       int // that runs or serves it, or None
	Red        bool
}

// Building is a building with its place.
type Building struct {
	ID        kg.ID
	Code      string
	Name      string
	Address   string
	Area      int
	Compound  int // or None
	Grid      int
	East      int // of the ground's corner, in centimetres, to the middle of the building
	North     int
	Hidden    bool // its point is left out: a planted fault
	Loose     bool // its tie to the grid is left out: a planted fault
	Floors    int
	Built     int // year
	Lift      bool
	Entrances Range
	Homes     Range
}

// Entrance is an entrance of a building.
type Entrance struct {
	ID       kg.ID
	Number   string
	Building int
	Doors    int // that it could have
	Homes    Range
}

// Home is a household.
type Home struct {
	ID                 kg.ID
	Building, Entrance int // Entrance: or None
	Number, Room       string
	Floor              int
	Make               int // row of makes
	Moved              kg.Date
	People             Range
	Alone              bool // an elderly person lives alone and is flagged
	Doorbell           bool
	Hard, Martyr       bool
	Level              kg.CareLevel
	Refuses            int // person, or None
}

// Person is a resident.
type Person struct {
	ID            kg.ID
	Home          int
	Surname       string
	Given         string
	Birth         kg.Date
	Age           int
	Sex           kg.Sex
	Party         kg.PartyStatus
	Retired       bool
	Unit          int // where the person works, or None
	Site          int // building where, if not the unit's own, or None
	Job           Job
	FullOrgUnit   int // unit whose party organization holds the membership, or None
	Colour        int // index of Colours, or None
	Trade         int // index of Trades, or None
	Profile       Profile
	Flags         [3]string // care flags, empty ones at the end
	Flagged       kg.Date
	NotRegistered bool // planted: in service and not registered where they live
}

// Member says whether the person is a party member.
func (p *Person) Member() bool { return p.Party == kg.PartyFull || p.Party == kg.PartyProbationary }

// Job says how a person is employed.
type Job uint8

// The jobs.
const (
	NoJob Job = iota
	UnitStaff
	FirmStaff
	ShopStaff
	CommunityWorker
)

// New is an empty world of a preset; what Emit... methods emit goes to out.
func New(f *figures.Figures, seed uint64, out *sink.Sink) *World {
	return &World{Figures: f, Seed: seed, Out: out, Divisions: map[string]kg.ID{}}
}

// Stream is the stream of the world's seed for a purpose.
func (w *World) Stream(purpose string) *draw.Stream { return draw.New(w.Seed, w.Preset+"/"+purpose) }

// areaWeights are the areas' shares.
func (w *World) areaWeights() []int {
	weights := make([]int, len(w.Figures.Areas))
	for i, a := range w.Figures.Areas {
		weights[i] = a.Weight
	}
	return weights
}

// Build draws the whole town and emits nothing.
func (w *World) Build() {
	w.drawAreas()
	w.drawEstates()
	w.drawGrids()
	w.drawUnits()
	w.drawHomes()
	w.drawPeople()
	w.drawMembers()
	w.drawJobs()
	w.drawCare()
	w.drawProfiles()
	w.drawRefusals()
}

// Plant notes a fault.
func (w *World) Plant(c figures.Code, id kg.ID, note string) {
	w.Faults = append(w.Faults, figures.Fault{Code: c, ID: id, Note: note})
}

// Broken draws which of the candidates break a rule, as a set.
func (w *World) Broken(c figures.Code, candidates []int) map[int]bool {
	set := map[int]bool{}
	for _, i := range draw.Sample(w.Stream("fault/"+string(c)), candidates, figures.Quota(c, len(candidates))) {
		set[i] = true
	}
	return set
}
