package kg

// PartyOrg 党组织 is a party organization, of a place or of a unit. Its kind, tier and scheme are data: towns differ.
type PartyOrg struct {
	Base
	Code    string `json:"code,omitempty"`
	Name    string `json:"name,omitempty"`
	OrgKind string `json:"orgKind,omitempty"` // working committee, committee, branch, group, hub household, responsibility area, temporary
	Tier    int    `json:"tier,omitempty"`    // 1 is the top of its scheme
	Scheme  string `json:"scheme,omitempty"`  // city-5, village-3
}

// JointCommittee 大工委、大党委、联合党委、联席会议 joins several bodies; CommitteeKind says which of these it is.
type JointCommittee struct {
	Base
	Code          string `json:"code,omitempty"`
	Name          string `json:"name,omitempty"`
	CommitteeKind string `json:"committeeKind,omitempty"`
}

// Unit 单位 is any employer or legal body.
type Unit struct {
	Base
	Code     string `json:"code,omitempty"`
	Name     string `json:"name,omitempty"`
	UnitKind string `json:"unitKind,omitempty"` // government, school, hospital, enterprise, property company, social organization
}

// ResidentBody 居委会、村委会、业委会、自治委员会、自管会 is a body of residents.
type ResidentBody struct {
	Base
	Code     string `json:"code,omitempty"`
	Name     string `json:"name,omitempty"`
	BodyKind string `json:"bodyKind,omitempty"`
}

// Team 队伍 is a team of people, standing or temporary.
type Team struct {
	Base
	Code      string `json:"code,omitempty"`
	Name      string `json:"name,omitempty"`
	TeamKind  string `json:"teamKind,omitempty"` // volunteer, emergency, errand service, working group
	Temporary bool   `json:"temporary,omitempty"`
}

// Kind implements Node.
func (*PartyOrg) Kind() Kind       { return KindPartyOrg }
func (*JointCommittee) Kind() Kind { return KindJointCommittee }
func (*Unit) Kind() Kind           { return KindUnit }
func (*ResidentBody) Kind() Kind   { return KindResidentBody }
func (*Team) Kind() Kind           { return KindTeam }

// Title implements Node.
func (n *PartyOrg) Title() string       { return n.Name }
func (n *JointCommittee) Title() string { return n.Name }
func (n *Unit) Title() string           { return n.Name }
func (n *ResidentBody) Title() string   { return n.Name }
func (n *Team) Title() string           { return n.Name }
