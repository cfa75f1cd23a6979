package kg

// The enums are the closed lists of the domain; everything else that sorts things (roles, schemes, kinds of
// organizations) is data. The constants are GraphQL's values and what engines store.
type (
	// Level is the level of a division.
	Level string
	// TownshipForm is the form of a TOWNSHIP division.
	TownshipForm string
	// ManagementKind is how a compound is managed.
	ManagementKind string
	// CareLevel is how closely a household is looked after.
	CareLevel string
	// Sex of a person.
	Sex string
	// PartyStatus of a person.
	PartyStatus string
	// DoorbellStatus is the state of the device.
	DoorbellStatus string
	// Presence is where a person is.
	Presence string
)

// Values that code speaks of.
const (
	LevelProvince        Level = "PROVINCE"
	LevelCity            Level = "CITY"
	LevelCounty          Level = "COUNTY"
	LevelTownship        Level = "TOWNSHIP"
	LevelServiceDistrict Level = "SERVICE_DISTRICT"
	LevelCommunity       Level = "COMMUNITY"
	LevelVillage         Level = "VILLAGE"

	FormStreet   TownshipForm = "STREET"
	FormTown     TownshipForm = "TOWN"
	FormTownship TownshipForm = "TOWNSHIP"

	ManagedByProperty ManagementKind = "PROPERTY_RUN"
	ManagedByUnit     ManagementKind = "UNIT_RUN"
	ManagedByNone     ManagementKind = "NONE"
	ManagedOld        ManagementKind = "OLD"

	CareRed    CareLevel = "RED"
	CareYellow CareLevel = "YELLOW"
	CareBlue   CareLevel = "BLUE"

	Female Sex = "FEMALE"
	Male   Sex = "MALE"

	PartyFull         PartyStatus = "FULL"
	PartyProbationary PartyStatus = "PROBATIONARY"
	PartyApplicant    PartyStatus = "APPLICANT"
	PartyNone         PartyStatus = "NONE"

	DoorbellActive   DoorbellStatus = "ACTIVE"
	DoorbellInactive DoorbellStatus = "INACTIVE"
	DoorbellFaulty   DoorbellStatus = "FAULTY"

	AtHome Presence = "HOME"
	AtWork Presence = "WORK"
	Away   Presence = "AWAY"

	ElderlyAlone       = "ELDERLY_ALONE"
	NoKin              = "NO_KIN"
	LeftBehindElder    = "LEFT_BEHIND_ELDER"
	LeftBehindChild    = "LEFT_BEHIND_CHILD"
	SelfCareDifficulty = "SELF_CARE_DIFFICULTY"
	VisuallyImpaired   = "VISUALLY_IMPAIRED"
	Disabled           = "DISABLED"
	Hardship           = "HARDSHIP"
	MartyrFamily       = "MARTYR_FAMILY"
)

// EnumValue is a value of an enum, described.
type EnumValue struct{ Name, EN, ZH string }

// Enum is a closed list of values.
type Enum struct {
	Name, EN, ZH string
	Values       []EnumValue
}

// Has says whether the enum has the value.
func (e *Enum) Has(v string) bool {
	for _, x := range e.Values {
		if x.Name == v {
			return true
		}
	}
	return false
}

// Names are the enum's values in order.
func (e *Enum) Names() []string {
	names := make([]string, len(e.Values))
	for i, v := range e.Values {
		names[i] = v.Name
	}
	return names
}

// The table of enums that fields have.
var (
	Levels = &Enum{"DivisionLevel", "The level of a division.", "行政区划级别", []EnumValue{
		{"PROVINCE", "A province.", "省级"}, {"CITY", "A prefecture-level city.", "地级"}, {"COUNTY", "A county, district or county-level city.", "县级"},
		{"TOWNSHIP", "A street, town or township.", "乡级"}, {"SERVICE_DISTRICT", "A service district between township and community.", "服务区"},
		{"COMMUNITY", "An urban community.", "社区"}, {"VILLAGE", "A village.", "村"}}}
	TownshipForms = &Enum{"TownshipForm", "The form of a division at township level.", "乡级区划形式", []EnumValue{
		{"STREET", "A street (subdistrict).", "街道"}, {"TOWN", "A town.", "镇"}, {"TOWNSHIP", "A township.", "乡"}}}
	ManagementKinds = &Enum{"ManagementKind", "How a compound is managed.", "小区管理类型", []EnumValue{
		{"PROPERTY_RUN", "By a property company.", "物业管理"}, {"UNIT_RUN", "By the unit that built it.", "单位自管"},
		{"NONE", "By nobody: no property company, no unit, no committee.", "三无小区"}, {"OLD", "An old compound with simple management.", "老旧小区"}}}
	CareLevels = &Enum{"CareLevel", "How closely a household is looked after.", "关爱等级", []EnumValue{
		{"RED", "Around the clock.", "红色"}, {"YELLOW", "Regularly.", "黄色"}, {"BLUE", "On request.", "蓝色"}}}
	Sexes         = &Enum{"Sex", "Sex of a person.", "性别", []EnumValue{{"FEMALE", "Female.", "女"}, {"MALE", "Male.", "男"}}}
	PartyStatuses = &Enum{"PartyStatus", "Party status; a party member is FULL or PROBATIONARY.", "党员身份", []EnumValue{
		{"FULL", "Full member.", "正式党员"}, {"PROBATIONARY", "Probationary member.", "预备党员"}, {"APPLICANT", "Applicant.", "入党积极分子"}, {"NONE", "Not a member.", "群众"}}}
	DoorbellStatuses = &Enum{"DoorbellStatus", "State of a doorbell.", "门铃状态", []EnumValue{
		{"ACTIVE", "In service.", "在用"}, {"INACTIVE", "Not in service.", "停用"}, {"FAULTY", "Faulty.", "故障"}}}
	Presences = &Enum{"Presence", "Where a person is at an instant.", "在位状态", []EnumValue{
		{"HOME", "At home.", "在家"}, {"WORK", "At work.", "在岗"}, {"AWAY", "Away.", "外出"}}}
	CareFlags = &Enum{"CareFlag", "Why a person or household needs care.", "关爱标签", []EnumValue{
		{ElderlyAlone, "An elderly person living alone.", "独居老人"}, {NoKin, "An elderly person without kin.", "孤寡老人"},
		{LeftBehindElder, "An elderly person left behind by the family's workers.", "留守老人"}, {LeftBehindChild, "A child left behind.", "留守儿童"},
		{SelfCareDifficulty, "Has difficulty with self-care.", "自理困难"}, {VisuallyImpaired, "Visually impaired.", "视力障碍"},
		{Disabled, "Disabled.", "残疾"}, {Hardship, "A household in hardship.", "困难家庭"}, {MartyrFamily, "Family of a martyr.", "烈属"}}}
)

// CorrectionStates is where what a person asked to have put right stands.
var CorrectionStates = &Enum{"CorrectionState", "Where a request for a correction stands.", "更正状态", []EnumValue{
	{"OPEN", "It waits for a decision.", "待处理"}, {"ACCEPTED", "It was accepted, and the record was changed.", "已更正"}, {"REFUSED", "It was refused, with a reason.", "已驳回"}}}

// EvidenceKinds is how a consent was given or taken back.
var EvidenceKinds = &Enum{"ConsentEvidenceKind", "How a consent was given or taken back.", "同意方式", []EnumValue{
	{"PAPER", "On paper, signed.", "书面"}, {"ONLINE", "Online, by the person's own sign-in or link.", "线上"}, {"VOICE", "By word of mouth, recorded or before a witness.", "口头"}}}

// Enums is the table of enums.
var Enums = []*Enum{Levels, TownshipForms, ManagementKinds, CareLevels, Sexes, PartyStatuses, DoorbellStatuses, Presences, CareFlags,
	RingStates, Outcomes, AlertStates, AlertRoles, EventKinds, EvidenceKinds, CorrectionStates}
