package kg

import "lintu/geo"

// Division 行政区划 is an administrative division. Its parent is a tie, never digits of its code.
type Division struct {
	Base
	Code        string       `json:"code,omitempty"`
	CodeScheme  string       `json:"codeScheme,omitempty"` // stat-12, GB/T 2260, ...
	Name        string       `json:"name,omitempty"`
	Level       Level        `json:"level,omitempty"`
	Form        TownshipForm `json:"form,omitempty"` // of a TOWNSHIP only
	FormerCodes []DatedCode  `json:"formerCodes,omitempty"`
	Boundary    *geo.Shape   `json:"boundary,omitempty"` // WGS-84
}

// DatedCode is a code that held for a time.
type DatedCode struct {
	Scheme string `json:"scheme"`
	Code   string `json:"code"`
	Span
}

// Grid 网格 belongs to one community or village; its level is data (BASE, MICRO, ...).
type Grid struct {
	Base
	Code  string `json:"code,omitempty"`
	Name  string `json:"name,omitempty"`
	Level string `json:"level,omitempty"`
}

// Compound 小区 is a residential compound.
type Compound struct {
	Base
	Code           string         `json:"code,omitempty"`
	Name           string         `json:"name,omitempty"`
	Address        string         `json:"address,omitempty"`
	ManagementKind ManagementKind `json:"managementKind,omitempty"`
	RedProperty    bool           `json:"redProperty,omitempty"` // 红色物业
}

// Building 楼栋 is the unit of distance.
type Building struct {
	Base
	Code    string     `json:"code,omitempty"`
	Name    string     `json:"name,omitempty"`
	Address string     `json:"address,omitempty"`
	Floors  int        `json:"floors,omitempty"`
	Point   *geo.Point `json:"point,omitempty"` // WGS-84; nil where unknown
}

// Entrance 单元 is a stairwell of a building, with a point of its own where one is known.
type Entrance struct {
	Base
	Number  string     `json:"number,omitempty"`
	HasLift bool       `json:"hasLift,omitempty"`
	Point   *geo.Point `json:"point,omitempty"`
}

// Household 户 is a door and who lives behind it.
type Household struct {
	Base
	Number    string    `json:"number,omitempty"` // the door as written: 302, 东侧二户
	Floor     int       `json:"floor,omitempty"`
	Room      string    `json:"room,omitempty"`
	CareLevel CareLevel `json:"careLevel,omitempty"`
	CareFlags []Flag    `json:"careFlags,omitempty"` // of the household itself; its people's are theirs
	Refusals  []Refusal `json:"refusals,omitempty"`
	PastRings int       `json:"pastRings,omitempty"` // number of the last of its rings whose details are gone
	Erased    Date      `json:"erased,omitzero"`     // of a tombstone; see Erase
}

// Refusal says that the household does not want a person as responder.
type Refusal struct {
	Person ID `json:"person"`
	Span
}

// Place 阵地 is a place of service.
type Place struct {
	Base
	Code         string     `json:"code,omitempty"`
	Name         string     `json:"name,omitempty"`
	PlaceKind    string     `json:"placeKind,omitempty"` // station, service centre, canteen, elder care, booth, pavilion, hall, studio
	Address      string     `json:"address,omitempty"`
	Point        *geo.Point `json:"point,omitempty"`
	OpeningHours []Opening  `json:"openingHours,omitempty"`
}

// Opening is a time of the week at which a place is open, in a season.
type Opening struct {
	Weekdays   []int  `json:"weekdays"`             // 1 Monday to 7 Sunday
	From       string `json:"from"`                 // local time 08:30
	To         string `json:"to"`                   // 24:00 is the end of the day
	SeasonFrom string `json:"seasonFrom,omitempty"` // month and day 05-01; empty: all year
	SeasonTo   string `json:"seasonTo,omitempty"`   // the last day of the season
}

// Doorbell 门铃 is a device at a household. What the device itself makes known is kept by the program (see Field.Kept).
type Doorbell struct {
	Base
	Serial string         `json:"serial,omitempty"`
	Status DoorbellStatus `json:"status,omitempty"`
	Model  string         `json:"model,omitempty"`

	KeyHash  string `json:"keyHash,omitempty"`  // SHA-256 of the device's key, in hex; the key itself is kept nowhere
	HeardAt  Moment `json:"heardAt,omitempty"`  // when the device was last heard of
	Battery  int    `json:"battery,omitempty"`  // percent as it last said, 1 to 100; 0: it never did
	TestedAt Moment `json:"testedAt,omitempty"` // of the last test ring
	CheckAt  Moment `json:"checkAt,omitempty"`  // since when somebody has to look at it; over with the next test ring
}

// Kind implements Node.
func (*Division) Kind() Kind  { return KindDivision }
func (*Grid) Kind() Kind      { return KindGrid }
func (*Compound) Kind() Kind  { return KindCompound }
func (*Building) Kind() Kind  { return KindBuilding }
func (*Entrance) Kind() Kind  { return KindEntrance }
func (*Household) Kind() Kind { return KindHousehold }
func (*Place) Kind() Kind     { return KindPlace }
func (*Doorbell) Kind() Kind  { return KindDoorbell }

// Title implements Node.
func (n *Division) Title() string  { return n.Name }
func (n *Grid) Title() string      { return n.Name }
func (n *Compound) Title() string  { return n.Name }
func (n *Building) Title() string  { return n.Name }
func (n *Entrance) Title() string  { return n.Number }
func (n *Household) Title() string { return titleUnless(n.Erased, n.Number) }
func (n *Place) Title() string     { return n.Name }
func (n *Doorbell) Title() string  { return n.Serial }
