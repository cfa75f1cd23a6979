// Package figures is the table that the town presets are generated from: one Figures a preset. What a published
// article gives stands here exactly, with its source; what no article gives is marked as fill. Another town is
// another row of this table, not another generator.
package figures

import (
	"lintu/kg"
	"lintu/seed/draw"
)

// Reference is the day on which a demo's graph stands: ties begin before it, and nothing that holds on it ends before
// Horizon unless it is a planted fault.
var (
	Reference = kg.MustDate("2026-01-01")
	Horizon   = kg.MustDate("2036-01-01")
)

// Figures is a preset.
type Figures struct {
	Preset  string // village, county, town, city, district
	About   string // one line for the help of commands
	Town    string // how names of its bodies begin: 石首市
	Mark    string // how its codes begin: SS
	Ground  draw.Ground
	Areas   []Area     // its communities or villages
	Parents []Division // the divisions above them, from the top, and others that places serve
	County  string     // code of the county that the city party committee is set up on; empty: none

	People, Households int
	Homes              int // residential buildings
	Offices            int // buildings without households, for units and places
	Entrances          int // 0: households stand in buildings directly
	Grids              int
	Compounds          []CompoundShare

	Ladder    Ladder
	Members   Members
	Units     Units
	Bodies    Bodies
	Places    Places
	Teams     Teams
	Care      Care
	Roles     Roles
	Services  Services
	Plan      Plan // zero: of a town of compounds
	Makes     []int
	Recorded  int // households that an article counts as recorded dwellings; they say so in their source
	Published []Published
	Neighbour int // per mille of grown-up residents who are no members and have a responder profile
	// Changes is about how many nodes and ties the preset has, for progress bars; those of Beside count here.
	Changes int
	// Beside are rural towns of the same county with ladders of their own, generated after this one and tied to it.
	// Their Parents are the same.
	Beside   []*Figures
	ElderAge int // from which the town counts people as elderly; 0: as the setting says
}

// Published is a number that an article or the register gives and that the preset's own figures do not show: because
// the model has no place for it, or because two sources differ.
type Published struct {
	What   string
	Count  int
	Source string
	Note   string // how the preset takes it
}

// Plan are the measures of a town's plan, in centimetres.
type Plan struct {
	Margin     int // from the edge of a community to its first street
	Street     int // width of a street
	RowPitch   int // from one row of buildings to the next: light for the lower one
	EntranceW  int // width of a stairwell
	SideGap    int // between buildings of a row
	EstateGap  int // between compounds, at least
	LeastDepth int // from street to street, at least
	Water      []Box
}

// Box is a rectangle on a town's plan, in centimetres from the corner of the ground.
type Box struct{ East, North, Width, Height int }

// Division is a row of the statistical register.
type Division struct {
	Code, Name, Parent string
	Level              kg.Level
	Form               kg.TownshipForm
	Source             string // where it is not RegisterSource alone
}

// Area is a community or village with its cell on the town's plan.
type Area struct {
	Division
	East, North, Width, Height int // centimetres from the corner of the ground
	Weight                     int // its share of people and buildings
}

// CompoundShare is how many compounds of a kind there are.
type CompoundShare struct {
	Kind  kg.ManagementKind // empty: the articles do not say
	Count int
	Size  int // its buildings, in proportion
	Elder int // its elderly people who live alone, in proportion
}

// Ladder is the ladder of party organizations.
type Ladder struct {
	Scheme                 string // city-5, village-3
	Branches, Groups, Hubs int
	HubsUnsure             bool // the article's figure stands at a damaged join of pages
	OnCompounds            bool // every compound has a branch, and no grid has one
	Areas                  int  // responsibility areas, where they are the lowest tier instead of hub households
}

// Members are the party members.
type Members struct {
	All, Retired  int
	InUnits       int // in service at the units with party organizations
	InCommunities int // in service as community workers
	InFirms       int // in service at property firms that have a branch
	RetiredInUnit int // of the retired, those who stayed in their unit's organization
	Home          int // per mille who work in the community where they live
	Register      Register
	Deployed      bool // all of those in units are deployed
}

// Register says which members register with the community where they live.
type Register uint8

// The rules.
const (
	NobodyRegisters    Register = iota
	ServingRegister             // those in service at units
	EverybodyRegisters          // the retired and those who work elsewhere too
)

// Units are the employers.
type Units struct {
	List         []UnitRow // those with party organizations
	Firms        int       // property firms
	FirmBranches int       // of which so many have a party branch
	Shops        int       // small employers, without party organization
	Staff        int       // per mille of grown-ups of working age who are no members and have a known workplace
	StreetOffice bool
	Social       int // social organizations of communities
	RedCompounds int // compounds that the firms with a branch run between them; the other firms serve the rest. 0: dealt alike
}

// UnitRow is a unit by name; Staff is its size in proportion.
type UnitRow struct {
	Name, Kind string
	Staff      int
}

// Bodies are joint committees and bodies of residents.
type Bodies struct {
	StreetCommittees, CommunityCommittees bool // 大工委, 大党委
	JointMeetings                         bool // 联席会议 of county, streets and communities
	Residents                             string
	Owners, SelfRule                      int    // 业委会, 自治委员会
	SelfRuleKind                          string // empty: 自治委员会
	CoOpted                               int    // people co-opted into the community committees: of units, of the police, members who live there
	OnePerson                             bool   // secretary and director are one person everywhere: no fault is planted
}

// Places are the places of service.
type Places struct {
	Booths, BoothPeople int
	Pavilions           int
	PavilionDivision    string // code
	Stations, Canteens  int
	HallName            string
	Brands              []string // of stations; nil: those of Shishou
	Sets                []PlaceSet
}

// PlaceSet are places of one kind that are spread over the communities.
type PlaceSet struct {
	Kind, Letter, Name string
	Count              int
	Upper              bool // the county and each street have one, too, among the count
	Centre             bool // in the service centre; else in some building of the community
}

// Teams are the teams.
type Teams struct {
	Temporary, TemporaryPeople int // 先锋队 of 2020
	Supervision, Task          int // 督导组, 工作组 of 2020
	WorkGroupPeople            int // 在职党员进社区工作小组
	Colours                    bool
}

// Care are the people and households that need care.
type Care struct {
	Alone                 int // elderly people who live alone
	Doorbells             int
	Contracts             int    // households contracted one by one (scheme 1+N); 0: none
	Visit                 string // slot of these contracts: how often they are visited
	TenMembers            int    // members with about ten households each (scheme 1+10)
	Compound41N5, FiveOne bool
	VisuallyImpaired      int // households with somebody who is; 0: by chance
	AddedLifts            int // entrances of older buildings to which a lift was added; 0: by chance
}

// Roles are people in posts.
type Roles struct {
	Workers, FromCommittees, ByExam int  // community workers: posts in all, and how they were filled
	Stewards                        int  // 社区大管家
	Police, Lawyers                 int  // an area
	LawyersInAll                    int  // lawyers of law firms, for all areas together
	Organizers                      int  // 社区组织员, out of the community workers
	FourLevels                      bool // staff of grids in four levels: 书记, 两委, 院长, 楼栋长; no heads of entrances
	LegalPeople                     int  // 法律明白人, 法治带头人: residents who know the law
}

// Services are what a town has organized in ways of its own; zeros are what it does not have.
type Services struct {
	HeadVacancies    bool // planted compounds and buildings have no head; else all have one
	CrossPosts       bool // heads of compounds, buildings and entrances are those of branch, group and hub household
	Stations, Shared int  // stations of compounds, and how many of them serve two small old ones
	ErrandTeams      int  // 红色代办服务队
	KeeperTeams      int  // 管理员队伍: keep the stations open by turns
	WomenWorkers     int  // women among grid workers
	WomenStations    bool // 网格妇联 of towns, 网格妇联工作站 of areas
	WomenHomes       int  // areas with a women and children's home
	Representatives  int  // 两代表一委员, each in contact with a grid
	MeetingSeats     int  // departments that sit on the county's joint meeting
	StreetCentres    bool // service centres of streets
	Enforcement      Enforcement
}

// Enforcement are officers of departments who work for streets and towns 执法下沉.
type Enforcement struct {
	Departments []string // how the names of the units end
	Officers    int      // of them, for all townships
	Brigade     string   // code of a town whose officers are known to form a brigade with staff of its own
	There, Own  int      // its officers and its own staff
}

// Rural says that the preset is a village: houses instead of compounds, a ladder of three tiers.
func (f *Figures) Rural() bool { return f.Entrances == 0 }
