// Package town generates the body of a town preset: divisions, compounds, buildings and homes on the ground, the
// people in them, where they work, and who of them needs care or answers a ring. Package civic ties the
// organizations to it.
//
// Everything is drawn first, into the compact records of World, and then emitted in an order in which every tie finds
// both its ends. A person takes about a hundred bytes, a household as many, and nothing that can be told from others is
// kept (numbers, rooms, whole ids); nodes are made one batch at a time.
package town

import (
	"fmt"

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
	Seed   uint64
	Out    *sink.Sink
	Beside bool // the part of a town that comes after another one, which has emitted the divisions above both
	// Numbered is how many people the parts before this one have: telephone numbers go on from there.
	Numbered int

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

	plan figures.Plan
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
	Doors    int  // that it could have
	Lift     bool // it has one of its own, which was added
	Homes    Range
}

// Home is a household.
type Home struct {
	token              sink.Token
	Building, Entrance int   // Entrance: or None
	Door               uint8 // of the entrance, from 0: two a floor
	Make               uint8 // row of makes
	Moved              kg.Date
	People             Range
	Alone              bool // an elderly person lives alone and is flagged
	Doorbell           bool
	Hard, Martyr       bool
	Recorded           bool // one of the dwellings that an article counts as recorded
	Level              kg.CareLevel
	Refuses            int // person, or None
}

// ID is the household's id.
func (h *Home) ID() kg.ID { return h.token.ID(kg.KindHousehold) }

// Floor is the household's floor, from 1.
func (h *Home) Floor() int { return int(h.Door)/2 + 1 }

// Room is the room number: 301; empty where the household has a house.
func (h *Home) Room() string {
	if h.Entrance == None {
		return ""
	}
	return fmt.Sprintf("%d%02d", h.Floor(), h.Door%2+1)
}

// Number is the household's number in its building: 2-301, or the house's number 17号.
func (w *World) Number(h int) string {
	home := &w.Homes[h]
	b := &w.Buildings[home.Building]
	if home.Entrance == None {
		return fmt.Sprintf("%d号", home.Building-w.Areas[b.Area].Buildings.From+1)
	}
	return fmt.Sprintf("%d-%s", home.Entrance-b.Entrances.From+1, home.Room())
}

// Person is a resident.
type Person struct {
	token         sink.Token
	named         draw.Name
	Home          int
	Birth         kg.Date
	Flagged       kg.Date
	Age           int
	Female        bool
	party         party
	flags         [3]careFlag // empty ones at the end
	Profile       Profile
	Job           Job
	Retired       bool
	Unit          int  // where the person works, or None
	Site          int  // building where, if not the unit's own, or None
	FullOrgUnit   int  // unit whose party organization holds the membership, or None
	Colour        int  // index of Colours, or None
	Trade         int  // index of Trades, or None
	NotRegistered bool // planted: in service and not registered where they live
}

// ID is the person's id.
func (p *Person) ID() kg.ID { return p.token.ID(kg.KindPerson) }

// Name is the person's whole name.
func (p *Person) Name() string { return p.named.String() }

// Sex is the person's sex.
func (p *Person) Sex() kg.Sex {
	if p.Female {
		return kg.Female
	}
	return kg.Male
}

// party is a party status in a byte.
type party uint8

const (
	noParty party = iota
	applicant
	probationary
	full
)

// Party is the person's party status.
func (p *Person) Party() kg.PartyStatus {
	return [...]kg.PartyStatus{kg.PartyNone, kg.PartyApplicant, kg.PartyProbationary, kg.PartyFull}[p.party]
}

// Member says whether the person is a party member.
func (p *Person) Member() bool { return p.party >= probationary }

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
	w := &World{Figures: f, Seed: seed, Out: out, Divisions: map[string]kg.ID{}, plan: f.Plan}
	if f.Plan.RowPitch == 0 {
		w.plan = townPlan
	}
	return w
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
	w.drawRecorded()
	w.drawLifts()
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
