package kg

// Kind is what a node is. The constants are also the values of the GraphQL enum Kind and what engines store.
type Kind string

// The kinds.
const (
	KindDivision       Kind = "DIVISION"
	KindGrid           Kind = "GRID"
	KindCompound       Kind = "COMPOUND"
	KindBuilding       Kind = "BUILDING"
	KindEntrance       Kind = "ENTRANCE"
	KindHousehold      Kind = "HOUSEHOLD"
	KindPlace          Kind = "PLACE"
	KindPartyOrg       Kind = "PARTY_ORG"
	KindJointCommittee Kind = "JOINT_COMMITTEE"
	KindUnit           Kind = "UNIT"
	KindResidentBody   Kind = "RESIDENT_BODY"
	KindTeam           Kind = "TEAM"
	KindPerson         Kind = "PERSON"
	KindDoorbell       Kind = "DOORBELL"
	KindMeasure        Kind = "MEASURE"
	KindRing           Kind = "RING"
	KindAlert          Kind = "ALERT"
	KindRingEvent      Kind = "RING_EVENT"
)

// KindDef is a row of the table of kinds.
type KindDef struct {
	Kind   Kind
	Type   string // Go struct and GraphQL type: Person
	One    string // GraphQL look-up: person; also the prefix of ids
	Many   string // GraphQL connection: people
	EN, ZH string
	New    func() Node
}

// Kinds is the table of kinds, in display order.
var Kinds = []KindDef{
	{KindDivision, "Division", "division", "divisions", "An administrative division, from a province down to a community or village.", "行政区划", func() Node { return new(Division) }},
	{KindGrid, "Grid", "grid", "grids", "A grid of a community or village, the unit of everyday work.", "网格", func() Node { return new(Grid) }},
	{KindCompound, "Compound", "compound", "compounds", "A residential compound.", "小区", func() Node { return new(Compound) }},
	{KindBuilding, "Building", "building", "buildings", "A building: the unit of distance, since it has the point.", "楼栋", func() Node { return new(Building) }},
	{KindEntrance, "Entrance", "entrance", "entrances", "An entrance (stairwell) of a building.", "单元", func() Node { return new(Entrance) }},
	{KindHousehold, "Household", "household", "households", "A household: a door and who lives behind it.", "户", func() Node { return new(Household) }},
	{KindPlace, "Place", "place", "places", "A place of service: station, Party-masses service centre, canteen, booth, hall.", "阵地", func() Node { return new(Place) }},
	{KindPartyOrg, "PartyOrg", "partyOrg", "partyOrgs", "A party organization of a place or of a unit, at any tier.", "党组织", func() Node { return new(PartyOrg) }},
	{KindJointCommittee, "JointCommittee", "jointCommittee", "jointCommittees", "A joint committee or joint meeting of several bodies.", "大工委、大党委、联合党委、联席会议", func() Node { return new(JointCommittee) }},
	{KindUnit, "Unit", "unit", "units", "A unit: any employer or legal body.", "单位", func() Node { return new(Unit) }},
	{KindResidentBody, "ResidentBody", "residentBody", "residentBodies", "A body of residents: residents' or villagers' committee, owners' committee, self-rule committee.", "居委会、村委会、业委会、自治委员会、自管会", func() Node { return new(ResidentBody) }},
	{KindTeam, "Team", "team", "teams", "A team: volunteers, emergency, errands, a working group.", "队伍", func() Node { return new(Team) }},
	{KindPerson, "Person", "person", "people", "A person.", "人", func() Node { return new(Person) }},
	{KindDoorbell, "Doorbell", "doorbell", "doorbells", "A doorbell (caring doorbell) at a household.", "爱心门铃", func() Node { return new(Doorbell) }},
	{KindMeasure, "Measure", "measure", "measures", "What a standing question counted in an area on a day: a point of a trend.", "度量", func() Node { return new(Measure) }},
	{KindRing, "Ring", "ring", "rings", "A ring: a press of a doorbell and all that follows.", "呼叫", func() Node { return new(Ring) }},
	{KindAlert, "Alert", "alert", "alerts", "An alert: one person is asked to come to a ring, or told of it.", "提醒", func() Node { return new(Alert) }},
	{KindRingEvent, "RingEvent", "ringEvent", "ringEvents", "An entry of a ring's timeline; it never changes.", "呼叫经过", func() Node { return new(RingEvent) }},
}

// Reserved are the kinds that later parts bring; no id, table or type may take their names.
var Reserved = []string{"Request", "ListItem", "Obligation"}

// kindNames are the kinds, in display order; it does not depend on Kinds, whose New functions lead to
// the field table.
var kindNames = []Kind{
	KindDivision, KindGrid, KindCompound, KindBuilding, KindEntrance, KindHousehold, KindPlace, KindPartyOrg,
	KindJointCommittee, KindUnit, KindResidentBody, KindTeam, KindPerson, KindDoorbell, KindMeasure,
	KindRing, KindAlert, KindRingEvent,
}

var (
	kindByName   = map[Kind]*KindDef{}
	kindByPrefix = map[string]Kind{}
)

func init() {
	for i := range Kinds {
		d := &Kinds[i]
		kindByName[d.Kind] = d
		kindByPrefix[d.One] = d.Kind
	}
}

// Def is the kind's row in the table, nil for an unknown kind.
func (k Kind) Def() *KindDef { return kindByName[k] }

// Record says that nodes of the kind are records of what happened: the program writes them as things happen. No edit
// makes or changes them, search does not find them, their ties never change, and an entry of a timeline never does.
func (k Kind) Record() bool { return k == KindRing || k == KindAlert || k == KindRingEvent }

// Valid says that the kind is in the table.
func (k Kind) Valid() bool { return kindByName[k] != nil }

// Prefix is what ids of the kind begin with, without the underscore.
func (k Kind) Prefix() string {
	if d := k.Def(); d != nil {
		return d.One
	}
	return ""
}
