package kg

import (
	"slices"
	"strings"
)

// Relation is a type of tie. The constants are GraphQL's values and what engines store.
type Relation string

// The relations.
const (
	PartOf         Relation = "PART_OF"
	InCompound     Relation = "IN_COMPOUND"
	LivesIn        Relation = "LIVES_IN"
	WorksAt        Relation = "WORKS_AT"
	BelongsTo      Relation = "BELONGS_TO"
	RegisteredWith Relation = "REGISTERED_WITH"
	DeployedTo     Relation = "DEPLOYED_TO"
	HoldsPost      Relation = "HOLDS_POST"
	OnDutyAt       Relation = "ON_DUTY_AT"
	ResponsibleFor Relation = "RESPONSIBLE_FOR"
	ContactOf      Relation = "CONTACT_OF"
	KeyholderOf    Relation = "KEYHOLDER_OF"
	InTeam         Relation = "IN_TEAM"
	ChildOf        Relation = "CHILD_OF"
	SetUpOn        Relation = "SET_UP_ON"
	FormedFrom     Relation = "FORMED_FROM"
	Leads          Relation = "LEADS"
	SitsOn         Relation = "SITS_ON"
	PairedWith     Relation = "PAIRED_WITH"
	Serves         Relation = "SERVES"
	LocatedIn      Relation = "LOCATED_IN"
	InstalledAt    Relation = "INSTALLED_AT"
	MeasureOf      Relation = "MEASURE_OF"
	RangAt         Relation = "RANG_AT"
	AlertOf        Relation = "ALERT_OF"
	AlertTo        Relation = "ALERT_TO"
	EventOf        Relation = "EVENT_OF"
)

// Direction is how a step follows a relation.
type Direction string

// Out goes from a tie's From to its To, In the other way; ByRef goes from the node that ties refer to (a unit on
// whose behalf seats are held) to their From.
const (
	Out   Direction = "OUT"
	In    Direction = "IN"
	ByRef Direction = "BY_REF"
)

// Pair is one allowed pair of ends.
type Pair struct{ From, To Kind }

// RelationDef is a row of the relation table.
type RelationDef struct {
	Relation Relation
	Pairs    []Pair
	Fields   []string // of the table of ties' fields
	Computed []string // of the table of computed fields
	One      bool     // at most one tie from a source is valid on any day
	// RefName and RefKind are the tie's one reference; RefReverse is the GraphQL field of the referred node.
	RefName, RefReverse string
	RefKind             Kind
	// Forward and Reverse are the GraphQL fields of the source's and the target's types.
	Forward, Reverse string
	EN, ZH           string // of the forward field
	REN, RZH         string // of the reverse field
	RefEN, RefZH     string // of the referred node's field
}

// Froms are the kinds that ties of the relation start at, Tos those they end at; in the table's order, distinct.
func (d *RelationDef) Froms() []Kind { return distinct(d.Pairs, func(p Pair) Kind { return p.From }) }

// Tos are the kinds that ties of the relation end at.
func (d *RelationDef) Tos() []Kind { return distinct(d.Pairs, func(p Pair) Kind { return p.To }) }

// Allows says whether a tie of the relation may go from one kind to the other.
func (d *RelationDef) Allows(from, to Kind) bool {
	for _, p := range d.Pairs {
		if p.From == from && p.To == to {
			return true
		}
	}
	return false
}

// Name is the relation's name as inputs of edits have it: livesIn, holdsPost.
func (d *RelationDef) Name() string {
	words := strings.Split(strings.ToLower(string(d.Relation)), "_")
	for i := 1; i < len(words); i++ {
		words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
	}
	return strings.Join(words, "")
}

// Record says that ties of the relation are records of what happened: they are made with the node that they start at,
// and never change.
func (d *RelationDef) Record() bool { return d.Pairs[0].From.Record() }

// Carries says whether ties of the relation have a field of the table of ties' fields.
func (d *RelationDef) Carries(field string) bool { return slices.Contains(d.Fields, field) }

// Far are the kinds that a step in direction dir can reach from a source of kind k; none where k has no such tie. The
// list is shared: it is not to be changed.
func (d *RelationDef) Far(k Kind, dir Direction) []Kind { return farKinds[reach{d.Relation, k, dir}] }

type reach struct {
	relation  Relation
	from      Kind
	direction Direction
}

// farKinds are the answers of Far, which plans ask for again and again.
var farKinds = func() map[reach][]Kind {
	m := map[reach][]Kind{}
	for i := range Relations {
		d := &Relations[i]
		for _, k := range kindNames {
			for _, dir := range []Direction{Out, In, ByRef} {
				if far := d.far(k, dir); len(far) > 0 {
					m[reach{d.Relation, k, dir}] = far
				}
			}
		}
	}
	return m
}()

func (d *RelationDef) far(k Kind, dir Direction) []Kind {
	switch {
	case dir == ByRef && d.RefKind == k:
		return d.Froms()
	case dir == ByRef:
		return nil
	}
	var far []Pair
	for _, p := range d.Pairs {
		if (dir == Out && p.From == k) || (dir == In && p.To == k) {
			far = append(far, p)
		}
	}
	if dir == Out {
		return distinct(far, func(p Pair) Kind { return p.To })
	}
	return distinct(far, func(p Pair) Kind { return p.From })
}

func distinct(pairs []Pair, end func(Pair) Kind) []Kind {
	var out []Kind
	seen := map[Kind]bool{}
	for _, p := range pairs {
		if k := end(p); !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}

// pairs are all pairs of some sources and some targets.
func pairs(from []Kind, to ...Kind) []Pair {
	var out []Pair
	for _, f := range from {
		for _, t := range to {
			out = append(out, Pair{f, t})
		}
	}
	return out
}

var one = func(k ...Kind) []Kind { return k }

// Relations is the relation table, the single source of what may be tied to what.
var Relations = []RelationDef{
	{Relation: PartOf, One: true, Pairs: []Pair{
		{KindHousehold, KindEntrance}, {KindHousehold, KindBuilding}, {KindEntrance, KindBuilding}, {KindBuilding, KindGrid}, {KindBuilding, KindDivision},
		{KindHousehold, KindGrid}, {KindHousehold, KindDivision}, {KindGrid, KindGrid}, {KindGrid, KindDivision}, {KindDivision, KindDivision}},
		Forward: "partOf", Reverse: "parts", EN: "What directly contains this, with the tie.", ZH: "上级区域", REN: "What this directly contains, with the ties.", RZH: "下级区域"},
	{Relation: InCompound, One: true, Pairs: []Pair{{KindBuilding, KindCompound}, {KindCompound, KindDivision}},
		Forward: "inCompound", Reverse: "compoundParts", EN: "The compound of a building, the division of a compound.", ZH: "所属小区", REN: "The buildings of a compound, the compounds of a division.", RZH: "小区及其楼栋"},
	{Relation: LivesIn, One: true, Pairs: pairs(one(KindPerson), KindHousehold),
		Forward: "livesIn", Reverse: "residents", EN: "The household where the person lives.", ZH: "居住", REN: "The people who live here.", RZH: "住户成员"},
	{Relation: WorksAt, Pairs: pairs(one(KindPerson), KindUnit), Fields: []string{"post"}, RefName: "site", RefKind: KindBuilding, RefReverse: "siteStaff", RefEN: "The people whose workplace is this building.", RefZH: "在此办公人员",
		Forward: "worksAt", Reverse: "staff", EN: "The units where the person works.", ZH: "工作单位", REN: "The people who work here.", RZH: "职工"},
	{Relation: BelongsTo, Pairs: pairs(one(KindPerson), KindPartyOrg), Fields: []string{"kind", "role"},
		Forward: "belongsTo", Reverse: "members", EN: "The party organizations that the person belongs to or is placed in.", ZH: "所属党组织", REN: "The members.", RZH: "党员"},
	{Relation: RegisteredWith, Pairs: pairs(one(KindPerson), KindDivision, KindGrid), Fields: []string{"status", "fullTime"}, RefName: "onBehalfOf", RefKind: KindUnit, RefReverse: "registeredPeople", RefEN: "The people registered for service on behalf of this unit.", RefZH: "本单位双报到党员",
		Forward: "registeredWith", Reverse: "registrants", EN: "Where the person has registered for service (double registration).", ZH: "双报到", REN: "The people registered here for service.", RZH: "报到党员"},
	{Relation: DeployedTo, Pairs: pairs(one(KindPerson), KindDivision, KindGrid), Fields: []string{"status", "fullTime"}, RefName: "onBehalfOf", RefKind: KindUnit, RefReverse: "deployedPeople", RefEN: "The people deployed on behalf of this unit.", RefZH: "本单位下沉人员",
		Forward: "deployedTo", Reverse: "deployed", EN: "Where the person is deployed.", ZH: "下沉", REN: "The people deployed here.", RZH: "下沉人员"},
	{Relation: HoldsPost, Pairs: pairs(one(KindPerson), KindPartyOrg, KindJointCommittee, KindUnit, KindResidentBody, KindTeam, KindDivision, KindGrid, KindCompound, KindBuilding, KindEntrance, KindPlace),
		Fields: []string{"role", "status", "fullTime", "partTime"}, Forward: "posts", Reverse: "postHolders", EN: "The posts that the person holds.", ZH: "任职", REN: "The people who hold a post here.", RZH: "任职人员"},
	{Relation: OnDutyAt, Pairs: pairs(one(KindPerson), KindPlace, KindDivision, KindTeam), Fields: []string{"role", "hours", "startsAt", "endsAt"}, Computed: []string{"dutySlots", "dutyFrom", "dutyTo"},
		Forward: "onDutyAt", Reverse: "peopleOnDuty", EN: "Where the person is on duty.", ZH: "值班", REN: "The people on duty here.", RZH: "值班人员"},
	{Relation: ResponsibleFor, Pairs: pairs(one(KindPerson, KindTeam, KindUnit, KindPartyOrg), KindHousehold, KindEntrance, KindBuilding, KindCompound, KindGrid, KindDivision, KindPartyOrg),
		Fields: []string{"scheme", "slot"}, Forward: "responsibleFor", Reverse: "responsibleParties", EN: "What this is responsible for, by which scheme.", ZH: "包保、包联", REN: "Who is responsible for this, by which scheme.", RZH: "包保责任人"},
	{Relation: ContactOf, Pairs: pairs(one(KindPerson), KindHousehold), Fields: []string{"kinship", "rank", "consent"},
		Forward: "contactOf", Reverse: "contacts", EN: "The households whose emergency contact this person is.", ZH: "紧急联系的家庭", REN: "The emergency contacts; they may live elsewhere.", RZH: "紧急联系人"},
	{Relation: KeyholderOf, Pairs: pairs(one(KindPerson), KindHousehold), Fields: []string{"kinship", "rank", "consent"},
		Forward: "keyholderOf", Reverse: "keyholders", EN: "The households whose key this person holds.", ZH: "持有钥匙的家庭", REN: "The key holders.", RZH: "钥匙保管人"},
	{Relation: InTeam, Pairs: pairs(one(KindPerson), KindTeam), Fields: []string{"role"},
		Forward: "teams", Reverse: "teamMembers", EN: "The teams that the person is in.", ZH: "所在队伍", REN: "The people in the team.", RZH: "队员"},
	{Relation: ChildOf, One: true, Pairs: pairs(one(KindPartyOrg), KindPartyOrg),
		Forward: "parentOrg", Reverse: "childOrgs", EN: "The party organization directly above.", ZH: "上级党组织", REN: "The party organizations directly below.", RZH: "下级党组织"},
	{Relation: SetUpOn, Pairs: pairs(one(KindPartyOrg), KindUnit, KindDivision, KindGrid, KindCompound, KindBuilding, KindHousehold),
		Forward: "setUpOn", Reverse: "partyOrgs", EN: "What the party organization is set up on.", ZH: "建立在", REN: "The party organizations set up here.", RZH: "所建党组织"},
	{Relation: FormedFrom, Pairs: pairs(one(KindJointCommittee), KindPartyOrg),
		Forward: "formedFrom", Reverse: "jointCommittees", EN: "The party organization that the committee is formed from.", ZH: "依托党组织", REN: "The joint committees formed from this.", RZH: "依托本组织的联合党组织"},
	{Relation: Leads, Pairs: pairs(one(KindJointCommittee), KindDivision),
		Forward: "leads", Reverse: "ledBy", EN: "The division that the committee leads.", ZH: "领导区域", REN: "The joint committees that lead this division.", RZH: "领导本区域的联合党组织"},
	{Relation: SitsOn, Pairs: pairs(one(KindPerson), KindJointCommittee), Fields: []string{"role", "partTime"}, RefName: "onBehalfOf", RefKind: KindUnit, RefReverse: "seats", RefEN: "The seats on joint committees held on behalf of this unit.", RefZH: "本单位兼职委员",
		Forward: "sitsOn", Reverse: "seatHolders", EN: "The joint committees on which the person sits.", ZH: "兼职委员", REN: "The people who sit on the committee.", RZH: "委员"},
	{Relation: PairedWith, Pairs: pairs(one(KindUnit), KindDivision, KindGrid, KindCompound), Fields: []string{"form", "agreement"},
		Forward: "pairedWith", Reverse: "pairedUnits", EN: "The areas with which the unit builds together.", ZH: "共驻共建、结对", REN: "The units that build together with this area.", RZH: "共建单位"},
	{Relation: Serves, Pairs: pairs(one(KindPlace, KindTeam, KindResidentBody, KindUnit), KindCompound, KindGrid, KindDivision), Fields: []string{"role"},
		Forward: "serves", Reverse: "servedBy", EN: "The areas that this serves.", ZH: "服务区域", REN: "What serves this area.", RZH: "服务本区域的阵地、队伍与组织"},
	{Relation: LocatedIn, Pairs: pairs(one(KindPlace, KindUnit), KindBuilding),
		Forward: "locatedIn", Reverse: "locatedHere", EN: "The buildings where this is.", ZH: "所在楼栋", REN: "The places and units in this building.", RZH: "楼内阵地与单位"},
	{Relation: InstalledAt, One: true, Pairs: pairs(one(KindDoorbell), KindHousehold),
		Forward: "installedAt", Reverse: "doorbells", EN: "The household where the doorbell is installed.", ZH: "安装住户", REN: "The doorbells installed here.", RZH: "门铃"},
	{Relation: MeasureOf, One: true, Pairs: pairs(one(KindMeasure), KindDivision, KindGrid, KindCompound, KindBuilding, KindEntrance),
		Forward: "measureOf", Reverse: "measures", EN: "The area that was measured.", ZH: "度量区域", REN: "What was counted here, day by day.", RZH: "历日度量"},
	{Relation: RangAt, One: true, Pairs: pairs(one(KindRing), KindHousehold), RefName: "device", RefKind: KindDoorbell, RefReverse: "deviceRings", RefEN: "The rings that were made by this doorbell.", RefZH: "本门铃的呼叫",
		Forward: "rangAt", Reverse: "rings", EN: "The household where it rang, with the doorbell.", ZH: "呼叫住户", REN: "The rings at this household.", RZH: "呼叫记录"},
	{Relation: AlertOf, One: true, Pairs: pairs(one(KindAlert), KindRing),
		Forward: "alertOf", Reverse: "alerts", EN: "The ring that the alert is of.", ZH: "所属呼叫", REN: "The alerts.", RZH: "提醒"},
	{Relation: AlertTo, One: true, Pairs: pairs(one(KindAlert), KindPerson),
		Forward: "alertTo", Reverse: "alertsReceived", EN: "The person who is alerted.", ZH: "提醒对象", REN: "The alerts that the person has had.", RZH: "收到的提醒"},
	{Relation: EventOf, One: true, Pairs: pairs(one(KindRingEvent), KindRing),
		Forward: "eventOf", Reverse: "timeline", EN: "The ring whose timeline this is an entry of.", ZH: "所属呼叫", REN: "What happened, entry by entry.", RZH: "呼叫经过"},
}

var relationByName = func() map[Relation]*RelationDef {
	m := map[Relation]*RelationDef{}
	for i := range Relations {
		m[Relations[i].Relation] = &Relations[i]
	}
	return m
}()

// Def is the relation's row in the table, nil for an unknown relation.
func (r Relation) Def() *RelationDef { return relationByName[r] }
