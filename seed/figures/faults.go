package figures

import (
	"cmp"
	"slices"

	"lintu/kg"
)

// Fault is a fault that was planted on purpose: an entry of a preset's answer key.
type Fault struct {
	Code Code
	ID   kg.ID // the node or tie at which it shows
	Note string
}

// Code says which rule is broken.
type Code string

// The rules that are broken on purpose; each stands for a question of domain research that an analyst asks.
const (
	ElderUnnamed       Code = "ELDER_UNNAMED"       // household: an elderly person lives alone, nobody is responsible for the household
	ElderUnflagged     Code = "ELDER_UNFLAGGED"     // person: lives alone at 60 or older, without the flag
	DoorbellNoContact  Code = "DOORBELL_NO_CONTACT" // household: a doorbell, and no emergency contact
	MemberOverloaded   Code = "MEMBER_OVERLOADED"   // person: responsible for more than 15 households by 1+10
	MemberUnregistered Code = "MEMBER_UNREGISTERED" // person: a member in service at a unit, not registered where they live
	MemberUnplaced     Code = "MEMBER_UNPLACED"     // person: registered, placed in no organization
	MemberNoTeam       Code = "MEMBER_NO_TEAM"      // person: registered, in no team
	CompoundUnmanaged  Code = "COMPOUND_UNMANAGED"  // compound: neither company, unit nor committee
	SlotMissing41N5    Code = "SLOT_MISSING_41N5"   // compound: a slot of 41N5 is empty
	SlotMissing111     Code = "SLOT_MISSING_1_1_1"  // household: a slot of 1+1+1 is empty
	SlotMissingFive    Code = "SLOT_MISSING_FIVE"   // division: one of the five ones is missing
	UnitNoSeat         Code = "UNIT_NO_SEAT"        // unit: paired, and sits on no joint committee
	UnitUnpaired       Code = "UNIT_UNPAIRED"       // unit: has a party organization, paired with no area
	UnitNoBuilding     Code = "UNIT_NO_BUILDING"    // unit: located nowhere
	EntranceNoHead     Code = "ENTRANCE_NO_HEAD"    // entrance: nobody is its head
	GridNoWorker       Code = "GRID_NO_WORKER"      // grid: no grid worker
	GridNoLevel        Code = "GRID_NO_LEVEL"       // grid: one of the levels of its staff is empty
	AreaNoLawyer       Code = "AREA_NO_LAWYER"      // division: no lawyer
	PostsApart         Code = "POSTS_APART"         // resident body: its director is not the party secretary
	BranchNoGroup      Code = "BRANCH_NO_GROUP"     // party organization: a branch without a group
	HubNoMember        Code = "HUB_NO_MEMBER"       // household: a hub household where no member lives
	AreaNoMember       Code = "AREA_NO_MEMBER"      // party organization: a responsibility area to which no member belongs
	BuildingNoPoint    Code = "BUILDING_NO_POINT"   // building: no coordinates
	BuildingNoGrid     Code = "BUILDING_NO_GRID"    // building: hangs on its community directly
	ConsentExpired     Code = "CONSENT_EXPIRED"     // person: the consent to respond has ended
	VettingExpired     Code = "VETTING_EXPIRED"     // person: the vetting has ended
	BoothShiftEmpty    Code = "BOOTH_SHIFT_EMPTY"   // place: a booth with nobody on duty on one day of the week
	TieEndsEarly       Code = "TIE_ENDS_EARLY"      // tie: valid on the reference date, ends before the horizon
	CompoundNoHead     Code = "COMPOUND_NO_HEAD"    // compound: nobody is its head
	BuildingNoHead     Code = "BUILDING_NO_HEAD"    // building: homes in a compound, and nobody is its head
	CompoundNoStation  Code = "COMPOUND_NO_STATION" // compound: no station serves it, in a town with stations for all
	StationShiftEmpty  Code = "STATION_SHIFT_EMPTY" // place: a station with a roster, nobody on duty on one day of the week
	DelegateNoGrid     Code = "DELEGATE_NO_GRID"    // person: a delegate, deputy or political adviser without a grid
)

// rates are the faults in a thousand of what the rule is about.
var rates = map[Code]int{
	ElderUnnamed: 30, ElderUnflagged: 13, DoorbellNoContact: 30, MemberOverloaded: 20, MemberUnregistered: 40,
	MemberUnplaced: 15, MemberNoTeam: 20, SlotMissing41N5: 20, SlotMissing111: 40, UnitNoSeat: 35, UnitUnpaired: 24,
	UnitNoBuilding: 40, EntranceNoHead: 30, GridNoWorker: 25, BranchNoGroup: 22, HubNoMember: 12, AreaNoMember: 12, GridNoLevel: 25,
	CompoundUnmanaged: 36, BuildingNoPoint: 12, BuildingNoGrid: 13, ConsentExpired: 15, VettingExpired: 12,
	CompoundNoHead: 50, BuildingNoHead: 20, CompoundNoStation: 30, StationShiftEmpty: 20, DelegateNoGrid: 15,
}

// Quota is how many of n are to be broken: the rule's rate, one at least where there are ten or more.
func Quota(c Code, n int) int {
	q := n * rates[c] / 1000
	if q == 0 && n >= 10 && rates[c] > 0 {
		q = 1
	}
	return q
}

// SortFaults puts faults in the order of code and id.
func SortFaults(faults []Fault) {
	slices.SortFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
	})
}
