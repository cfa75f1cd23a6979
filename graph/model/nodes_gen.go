// Code written by schemagen from the tables of package kg; do not edit. DO NOT EDIT.

package model

import (
	"context"

	"lintu/geo"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
)

// Wrap puts an item into the type of its kind; nil gives nil.
func Wrap(env *loaders.Env, item *store.Item) Node {
	if item == nil || item.Node == nil {
		return nil
	}
	o := object{env: env, item: item}
	switch n := item.Node.(type) {
	case *kg.Division:
		return &Division{object: o, n: n}
	case *kg.Grid:
		return &Grid{object: o, n: n}
	case *kg.Compound:
		return &Compound{object: o, n: n}
	case *kg.Building:
		return &Building{object: o, n: n}
	case *kg.Entrance:
		return &Entrance{object: o, n: n}
	case *kg.Household:
		return &Household{object: o, n: n}
	case *kg.Place:
		return &Place{object: o, n: n}
	case *kg.PartyOrg:
		return &PartyOrg{object: o, n: n}
	case *kg.JointCommittee:
		return &JointCommittee{object: o, n: n}
	case *kg.Unit:
		return &Unit{object: o, n: n}
	case *kg.ResidentBody:
		return &ResidentBody{object: o, n: n}
	case *kg.Team:
		return &Team{object: o, n: n}
	case *kg.Person:
		return &Person{object: o, n: n}
	case *kg.Doorbell:
		return &Doorbell{object: o, n: n}
	}
	return nil
}

// Division is the GraphQL type Division.
type Division struct {
	object
	n *kg.Division
}

// DivisionConnection and DivisionEdge page nodes of the kind.
type (
	DivisionConnection = Connection[*Division]
	DivisionEdge       = Edge[*Division]
)

func (o *Division) Code() *string               { return some(o.n.Code) }
func (o *Division) CodeScheme() *string         { return some(o.n.CodeScheme) }
func (o *Division) Name() *string               { return some(o.n.Name) }
func (o *Division) Level() *string              { return some(string(o.n.Level)) }
func (o *Division) Form() *string               { return some(string(o.n.Form)) }
func (o *Division) FormerCodes() []kg.DatedCode { return list(o.n.FormerCodes) }
func (o *Division) Boundary() *string           { return shape(o.n.Boundary) }
func (o *Division) PartOf(ctx context.Context) (*PartOfConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Division) Parts(ctx context.Context) (*PartsConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Division) CompoundParts(ctx context.Context) (*CompoundPartsConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Division) Registrants(ctx context.Context) (*RegistrantsConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Division) Deployed(ctx context.Context) (*DeployedConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Division) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Division) PeopleOnDuty(ctx context.Context) (*PeopleOnDutyConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Division) ResponsibleParties(ctx context.Context) (*ResponsiblePartiesConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Division) PartyOrgs(ctx context.Context) (*PartyOrgsConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *Division) LedBy(ctx context.Context) (*LedByConnection, error) {
	return page[*JointCommittee](ctx, o.object)
}
func (o *Division) PairedUnits(ctx context.Context) (*PairedUnitsConnection, error) {
	return page[*Unit](ctx, o.object)
}
func (o *Division) ServedBy(ctx context.Context) (*ServedByConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Division) Parent(ctx context.Context) (Node, error) { return parent(ctx, o.object) }
func (o *Division) Ancestors(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Division) Children(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Division) Descendants(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}

// Grid is the GraphQL type Grid.
type Grid struct {
	object
	n *kg.Grid
}

// GridConnection and GridEdge page nodes of the kind.
type (
	GridConnection = Connection[*Grid]
	GridEdge       = Edge[*Grid]
)

func (o *Grid) Code() *string  { return some(o.n.Code) }
func (o *Grid) Name() *string  { return some(o.n.Name) }
func (o *Grid) Level() *string { return some(o.n.Level) }
func (o *Grid) PartOf(ctx context.Context) (*PartOfConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Grid) Parts(ctx context.Context) (*PartsConnection, error) { return page[Node](ctx, o.object) }
func (o *Grid) Registrants(ctx context.Context) (*RegistrantsConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Grid) Deployed(ctx context.Context) (*DeployedConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Grid) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Grid) ResponsibleParties(ctx context.Context) (*ResponsiblePartiesConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Grid) PartyOrgs(ctx context.Context) (*PartyOrgsConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *Grid) PairedUnits(ctx context.Context) (*PairedUnitsConnection, error) {
	return page[*Unit](ctx, o.object)
}
func (o *Grid) ServedBy(ctx context.Context) (*ServedByConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Grid) Parent(ctx context.Context) (Node, error) { return parent(ctx, o.object) }
func (o *Grid) Ancestors(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Grid) Children(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Grid) Descendants(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}

// Compound is the GraphQL type Compound.
type Compound struct {
	object
	n *kg.Compound
}

// CompoundConnection and CompoundEdge page nodes of the kind.
type (
	CompoundConnection = Connection[*Compound]
	CompoundEdge       = Edge[*Compound]
)

func (o *Compound) Code() *string           { return some(o.n.Code) }
func (o *Compound) Name() *string           { return some(o.n.Name) }
func (o *Compound) Address() *string        { return some(o.n.Address) }
func (o *Compound) ManagementKind() *string { return some(string(o.n.ManagementKind)) }
func (o *Compound) RedProperty() *bool      { return &o.n.RedProperty }
func (o *Compound) InCompound(ctx context.Context) (*InCompoundConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Compound) CompoundParts(ctx context.Context) (*CompoundPartsConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Compound) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Compound) ResponsibleParties(ctx context.Context) (*ResponsiblePartiesConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Compound) PartyOrgs(ctx context.Context) (*PartyOrgsConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *Compound) PairedUnits(ctx context.Context) (*PairedUnitsConnection, error) {
	return page[*Unit](ctx, o.object)
}
func (o *Compound) ServedBy(ctx context.Context) (*ServedByConnection, error) {
	return page[Node](ctx, o.object)
}

// Building is the GraphQL type Building.
type Building struct {
	object
	n *kg.Building
}

// BuildingConnection and BuildingEdge page nodes of the kind.
type (
	BuildingConnection = Connection[*Building]
	BuildingEdge       = Edge[*Building]
)

func (o *Building) Code() *string     { return some(o.n.Code) }
func (o *Building) Name() *string     { return some(o.n.Name) }
func (o *Building) Address() *string  { return some(o.n.Address) }
func (o *Building) Floors() *int      { return some(o.n.Floors) }
func (o *Building) Point() *geo.Point { return o.n.Point }
func (o *Building) PartOf(ctx context.Context) (*PartOfConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Building) Parts(ctx context.Context) (*PartsConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Building) InCompound(ctx context.Context) (*InCompoundConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Building) SiteStaff(ctx context.Context) (*SiteStaffConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Building) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Building) ResponsibleParties(ctx context.Context) (*ResponsiblePartiesConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Building) PartyOrgs(ctx context.Context) (*PartyOrgsConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *Building) LocatedHere(ctx context.Context) (*LocatedHereConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Building) Parent(ctx context.Context) (Node, error) { return parent(ctx, o.object) }
func (o *Building) Ancestors(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Building) Children(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Building) Descendants(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}

// Entrance is the GraphQL type Entrance.
type Entrance struct {
	object
	n *kg.Entrance
}

// EntranceConnection and EntranceEdge page nodes of the kind.
type (
	EntranceConnection = Connection[*Entrance]
	EntranceEdge       = Edge[*Entrance]
)

func (o *Entrance) Number() *string   { return some(o.n.Number) }
func (o *Entrance) HasLift() *bool    { return &o.n.HasLift }
func (o *Entrance) Point() *geo.Point { return o.n.Point }
func (o *Entrance) PartOf(ctx context.Context) (*PartOfConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Entrance) Parts(ctx context.Context) (*PartsConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Entrance) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Entrance) ResponsibleParties(ctx context.Context) (*ResponsiblePartiesConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Entrance) Parent(ctx context.Context) (Node, error) { return parent(ctx, o.object) }
func (o *Entrance) Ancestors(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Entrance) Children(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Entrance) Descendants(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}

// Household is the GraphQL type Household.
type Household struct {
	object
	n *kg.Household
}

// HouseholdConnection and HouseholdEdge page nodes of the kind.
type (
	HouseholdConnection = Connection[*Household]
	HouseholdEdge       = Edge[*Household]
)

func (o *Household) Number() *string        { return some(o.n.Number) }
func (o *Household) Floor() *int            { return some(o.n.Floor) }
func (o *Household) Room() *string          { return some(o.n.Room) }
func (o *Household) CareLevel() *string     { return some(string(o.n.CareLevel)) }
func (o *Household) CareFlags() []kg.Flag   { return list(o.n.CareFlags) }
func (o *Household) Refusals() []kg.Refusal { return list(o.n.Refusals) }
func (o *Household) PartOf(ctx context.Context) (*PartOfConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Household) Residents(ctx context.Context) (*ResidentsConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Household) ResponsibleParties(ctx context.Context) (*ResponsiblePartiesConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Household) Contacts(ctx context.Context) (*ContactsConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Household) Keyholders(ctx context.Context) (*KeyholdersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Household) PartyOrgs(ctx context.Context) (*PartyOrgsConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *Household) Doorbells(ctx context.Context) (*DoorbellsConnection, error) {
	return page[*Doorbell](ctx, o.object)
}
func (o *Household) Parent(ctx context.Context) (Node, error) { return parent(ctx, o.object) }
func (o *Household) Ancestors(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Household) Children(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Household) Descendants(ctx context.Context) (*NodeConnection, error) {
	return page[Node](ctx, o.object)
}

// Place is the GraphQL type Place.
type Place struct {
	object
	n *kg.Place
}

// PlaceConnection and PlaceEdge page nodes of the kind.
type (
	PlaceConnection = Connection[*Place]
	PlaceEdge       = Edge[*Place]
)

func (o *Place) Code() *string              { return some(o.n.Code) }
func (o *Place) Name() *string              { return some(o.n.Name) }
func (o *Place) PlaceKind() *string         { return some(o.n.PlaceKind) }
func (o *Place) Address() *string           { return some(o.n.Address) }
func (o *Place) Point() *geo.Point          { return o.n.Point }
func (o *Place) OpeningHours() []kg.Opening { return list(o.n.OpeningHours) }
func (o *Place) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Place) PeopleOnDuty(ctx context.Context) (*PeopleOnDutyConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Place) Serves(ctx context.Context) (*ServesConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Place) LocatedIn(ctx context.Context) (*LocatedInConnection, error) {
	return page[*Building](ctx, o.object)
}

// PartyOrg is the GraphQL type PartyOrg.
type PartyOrg struct {
	object
	n *kg.PartyOrg
}

// PartyOrgConnection and PartyOrgEdge page nodes of the kind.
type (
	PartyOrgConnection = Connection[*PartyOrg]
	PartyOrgEdge       = Edge[*PartyOrg]
)

func (o *PartyOrg) Code() *string    { return some(o.n.Code) }
func (o *PartyOrg) Name() *string    { return some(o.n.Name) }
func (o *PartyOrg) OrgKind() *string { return some(o.n.OrgKind) }
func (o *PartyOrg) Tier() *int       { return some(o.n.Tier) }
func (o *PartyOrg) Scheme() *string  { return some(o.n.Scheme) }
func (o *PartyOrg) Members(ctx context.Context) (*MembersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *PartyOrg) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *PartyOrg) ResponsibleFor(ctx context.Context) (*ResponsibleForConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *PartyOrg) ResponsibleParties(ctx context.Context) (*ResponsiblePartiesConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *PartyOrg) ParentOrg(ctx context.Context) (*ParentOrgConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *PartyOrg) ChildOrgs(ctx context.Context) (*ChildOrgsConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *PartyOrg) SetUpOn(ctx context.Context) (*SetUpOnConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *PartyOrg) JointCommittees(ctx context.Context) (*JointCommitteesConnection, error) {
	return page[*JointCommittee](ctx, o.object)
}

// JointCommittee is the GraphQL type JointCommittee.
type JointCommittee struct {
	object
	n *kg.JointCommittee
}

// JointCommitteeConnection and JointCommitteeEdge page nodes of the kind.
type (
	JointCommitteeConnection = Connection[*JointCommittee]
	JointCommitteeEdge       = Edge[*JointCommittee]
)

func (o *JointCommittee) Code() *string          { return some(o.n.Code) }
func (o *JointCommittee) Name() *string          { return some(o.n.Name) }
func (o *JointCommittee) CommitteeKind() *string { return some(o.n.CommitteeKind) }
func (o *JointCommittee) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *JointCommittee) FormedFrom(ctx context.Context) (*FormedFromConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *JointCommittee) Leads(ctx context.Context) (*LeadsConnection, error) {
	return page[*Division](ctx, o.object)
}
func (o *JointCommittee) SeatHolders(ctx context.Context) (*SeatHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}

// Unit is the GraphQL type Unit.
type Unit struct {
	object
	n *kg.Unit
}

// UnitConnection and UnitEdge page nodes of the kind.
type (
	UnitConnection = Connection[*Unit]
	UnitEdge       = Edge[*Unit]
)

func (o *Unit) Code() *string     { return some(o.n.Code) }
func (o *Unit) Name() *string     { return some(o.n.Name) }
func (o *Unit) UnitKind() *string { return some(o.n.UnitKind) }
func (o *Unit) Staff(ctx context.Context) (*StaffConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Unit) RegisteredPeople(ctx context.Context) (*RegisteredPeopleConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Unit) DeployedPeople(ctx context.Context) (*DeployedPeopleConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Unit) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Unit) ResponsibleFor(ctx context.Context) (*ResponsibleForConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Unit) PartyOrgs(ctx context.Context) (*PartyOrgsConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *Unit) Seats(ctx context.Context) (*SeatsConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Unit) PairedWith(ctx context.Context) (*PairedWithConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Unit) Serves(ctx context.Context) (*ServesConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Unit) LocatedIn(ctx context.Context) (*LocatedInConnection, error) {
	return page[*Building](ctx, o.object)
}

// ResidentBody is the GraphQL type ResidentBody.
type ResidentBody struct {
	object
	n *kg.ResidentBody
}

// ResidentBodyConnection and ResidentBodyEdge page nodes of the kind.
type (
	ResidentBodyConnection = Connection[*ResidentBody]
	ResidentBodyEdge       = Edge[*ResidentBody]
)

func (o *ResidentBody) Code() *string     { return some(o.n.Code) }
func (o *ResidentBody) Name() *string     { return some(o.n.Name) }
func (o *ResidentBody) BodyKind() *string { return some(o.n.BodyKind) }
func (o *ResidentBody) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *ResidentBody) Serves(ctx context.Context) (*ServesConnection, error) {
	return page[Node](ctx, o.object)
}

// Team is the GraphQL type Team.
type Team struct {
	object
	n *kg.Team
}

// TeamConnection and TeamEdge page nodes of the kind.
type (
	TeamConnection = Connection[*Team]
	TeamEdge       = Edge[*Team]
)

func (o *Team) Code() *string     { return some(o.n.Code) }
func (o *Team) Name() *string     { return some(o.n.Name) }
func (o *Team) TeamKind() *string { return some(o.n.TeamKind) }
func (o *Team) Temporary() *bool  { return &o.n.Temporary }
func (o *Team) PostHolders(ctx context.Context) (*PostHoldersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Team) PeopleOnDuty(ctx context.Context) (*PeopleOnDutyConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Team) ResponsibleFor(ctx context.Context) (*ResponsibleForConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Team) TeamMembers(ctx context.Context) (*TeamMembersConnection, error) {
	return page[*Person](ctx, o.object)
}
func (o *Team) Serves(ctx context.Context) (*ServesConnection, error) {
	return page[Node](ctx, o.object)
}

// Person is the GraphQL type Person.
type Person struct {
	object
	n *kg.Person
}

// PersonConnection and PersonEdge page nodes of the kind.
type (
	PersonConnection = Connection[*Person]
	PersonEdge       = Edge[*Person]
)

func (o *Person) RegisterNo() *string         { return some(o.n.RegisterNo) }
func (o *Person) Name() *string               { return some(o.n.Name) }
func (o *Person) Sex() *string                { return some(string(o.n.Sex)) }
func (o *Person) BirthDate() kg.Date          { return o.n.BirthDate }
func (o *Person) Phone() *string              { return some(o.n.Phone) }
func (o *Person) PartyStatus() *string        { return some(string(o.n.PartyStatus)) }
func (o *Person) Retired() *bool              { return &o.n.Retired }
func (o *Person) CareFlags() []kg.Flag        { return list(o.n.CareFlags) }
func (o *Person) Specialties() []kg.Specialty { return list(o.n.Specialties) }
func (o *Person) LivesIn(ctx context.Context) (*LivesInConnection, error) {
	return page[*Household](ctx, o.object)
}
func (o *Person) WorksAt(ctx context.Context) (*WorksAtConnection, error) {
	return page[*Unit](ctx, o.object)
}
func (o *Person) BelongsTo(ctx context.Context) (*BelongsToConnection, error) {
	return page[*PartyOrg](ctx, o.object)
}
func (o *Person) RegisteredWith(ctx context.Context) (*RegisteredWithConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Person) DeployedTo(ctx context.Context) (*DeployedToConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Person) Posts(ctx context.Context) (*PostsConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Person) OnDutyAt(ctx context.Context) (*OnDutyAtConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Person) ResponsibleFor(ctx context.Context) (*ResponsibleForConnection, error) {
	return page[Node](ctx, o.object)
}
func (o *Person) ContactOf(ctx context.Context) (*ContactOfConnection, error) {
	return page[*Household](ctx, o.object)
}
func (o *Person) KeyholderOf(ctx context.Context) (*KeyholderOfConnection, error) {
	return page[*Household](ctx, o.object)
}
func (o *Person) Teams(ctx context.Context) (*TeamsConnection, error) {
	return page[*Team](ctx, o.object)
}
func (o *Person) SitsOn(ctx context.Context) (*SitsOnConnection, error) {
	return page[*JointCommittee](ctx, o.object)
}

// Doorbell is the GraphQL type Doorbell.
type Doorbell struct {
	object
	n *kg.Doorbell
}

// DoorbellConnection and DoorbellEdge page nodes of the kind.
type (
	DoorbellConnection = Connection[*Doorbell]
	DoorbellEdge       = Edge[*Doorbell]
)

func (o *Doorbell) Serial() *string { return some(o.n.Serial) }
func (o *Doorbell) Status() *string { return some(string(o.n.Status)) }
func (o *Doorbell) Model() *string  { return some(o.n.Model) }
func (o *Doorbell) InstalledAt(ctx context.Context) (*InstalledAtConnection, error) {
	return page[*Household](ctx, o.object)
}

// PartOfConnection and PartOfEdge are the page and the place of the link partOf.
type (
	PartOfConnection = Connection[Node]
	PartOfEdge       = Edge[Node]
)

// PartsConnection and PartsEdge are the page and the place of the link parts.
type (
	PartsConnection = Connection[Node]
	PartsEdge       = Edge[Node]
)

// InCompoundConnection and InCompoundEdge are the page and the place of the link inCompound.
type (
	InCompoundConnection = Connection[Node]
	InCompoundEdge       = Edge[Node]
)

// CompoundPartsConnection and CompoundPartsEdge are the page and the place of the link compoundParts.
type (
	CompoundPartsConnection = Connection[Node]
	CompoundPartsEdge       = Edge[Node]
)

// LivesInConnection and LivesInEdge are the page and the place of the link livesIn.
type (
	LivesInConnection = Connection[*Household]
	LivesInEdge       = Edge[*Household]
)

// ResidentsConnection and ResidentsEdge are the page and the place of the link residents.
type (
	ResidentsConnection = Connection[*Person]
	ResidentsEdge       = Edge[*Person]
)

// WorksAtConnection and WorksAtEdge are the page and the place of the link worksAt.
type (
	WorksAtConnection = Connection[*Unit]
	WorksAtEdge       = Edge[*Unit]
)

// StaffConnection and StaffEdge are the page and the place of the link staff.
type (
	StaffConnection = Connection[*Person]
	StaffEdge       = Edge[*Person]
)

// SiteStaffConnection and SiteStaffEdge are the page and the place of the link siteStaff.
type (
	SiteStaffConnection = Connection[*Person]
	SiteStaffEdge       = Edge[*Person]
)

// BelongsToConnection and BelongsToEdge are the page and the place of the link belongsTo.
type (
	BelongsToConnection = Connection[*PartyOrg]
	BelongsToEdge       = Edge[*PartyOrg]
)

// MembersConnection and MembersEdge are the page and the place of the link members.
type (
	MembersConnection = Connection[*Person]
	MembersEdge       = Edge[*Person]
)

// RegisteredWithConnection and RegisteredWithEdge are the page and the place of the link registeredWith.
type (
	RegisteredWithConnection = Connection[Node]
	RegisteredWithEdge       = Edge[Node]
)

// RegistrantsConnection and RegistrantsEdge are the page and the place of the link registrants.
type (
	RegistrantsConnection = Connection[*Person]
	RegistrantsEdge       = Edge[*Person]
)

// RegisteredPeopleConnection and RegisteredPeopleEdge are the page and the place of the link registeredPeople.
type (
	RegisteredPeopleConnection = Connection[*Person]
	RegisteredPeopleEdge       = Edge[*Person]
)

// DeployedToConnection and DeployedToEdge are the page and the place of the link deployedTo.
type (
	DeployedToConnection = Connection[Node]
	DeployedToEdge       = Edge[Node]
)

// DeployedConnection and DeployedEdge are the page and the place of the link deployed.
type (
	DeployedConnection = Connection[*Person]
	DeployedEdge       = Edge[*Person]
)

// DeployedPeopleConnection and DeployedPeopleEdge are the page and the place of the link deployedPeople.
type (
	DeployedPeopleConnection = Connection[*Person]
	DeployedPeopleEdge       = Edge[*Person]
)

// PostsConnection and PostsEdge are the page and the place of the link posts.
type (
	PostsConnection = Connection[Node]
	PostsEdge       = Edge[Node]
)

// PostHoldersConnection and PostHoldersEdge are the page and the place of the link postHolders.
type (
	PostHoldersConnection = Connection[*Person]
	PostHoldersEdge       = Edge[*Person]
)

// OnDutyAtConnection and OnDutyAtEdge are the page and the place of the link onDutyAt.
type (
	OnDutyAtConnection = Connection[Node]
	OnDutyAtEdge       = Edge[Node]
)

// PeopleOnDutyConnection and PeopleOnDutyEdge are the page and the place of the link peopleOnDuty.
type (
	PeopleOnDutyConnection = Connection[*Person]
	PeopleOnDutyEdge       = Edge[*Person]
)

// ResponsibleForConnection and ResponsibleForEdge are the page and the place of the link responsibleFor.
type (
	ResponsibleForConnection = Connection[Node]
	ResponsibleForEdge       = Edge[Node]
)

// ResponsiblePartiesConnection and ResponsiblePartiesEdge are the page and the place of the link responsibleParties.
type (
	ResponsiblePartiesConnection = Connection[Node]
	ResponsiblePartiesEdge       = Edge[Node]
)

// ContactOfConnection and ContactOfEdge are the page and the place of the link contactOf.
type (
	ContactOfConnection = Connection[*Household]
	ContactOfEdge       = Edge[*Household]
)

// ContactsConnection and ContactsEdge are the page and the place of the link contacts.
type (
	ContactsConnection = Connection[*Person]
	ContactsEdge       = Edge[*Person]
)

// KeyholderOfConnection and KeyholderOfEdge are the page and the place of the link keyholderOf.
type (
	KeyholderOfConnection = Connection[*Household]
	KeyholderOfEdge       = Edge[*Household]
)

// KeyholdersConnection and KeyholdersEdge are the page and the place of the link keyholders.
type (
	KeyholdersConnection = Connection[*Person]
	KeyholdersEdge       = Edge[*Person]
)

// TeamsConnection and TeamsEdge are the page and the place of the link teams.
type (
	TeamsConnection = Connection[*Team]
	TeamsEdge       = Edge[*Team]
)

// TeamMembersConnection and TeamMembersEdge are the page and the place of the link teamMembers.
type (
	TeamMembersConnection = Connection[*Person]
	TeamMembersEdge       = Edge[*Person]
)

// ParentOrgConnection and ParentOrgEdge are the page and the place of the link parentOrg.
type (
	ParentOrgConnection = Connection[*PartyOrg]
	ParentOrgEdge       = Edge[*PartyOrg]
)

// ChildOrgsConnection and ChildOrgsEdge are the page and the place of the link childOrgs.
type (
	ChildOrgsConnection = Connection[*PartyOrg]
	ChildOrgsEdge       = Edge[*PartyOrg]
)

// SetUpOnConnection and SetUpOnEdge are the page and the place of the link setUpOn.
type (
	SetUpOnConnection = Connection[Node]
	SetUpOnEdge       = Edge[Node]
)

// PartyOrgsConnection and PartyOrgsEdge are the page and the place of the link partyOrgs.
type (
	PartyOrgsConnection = Connection[*PartyOrg]
	PartyOrgsEdge       = Edge[*PartyOrg]
)

// FormedFromConnection and FormedFromEdge are the page and the place of the link formedFrom.
type (
	FormedFromConnection = Connection[*PartyOrg]
	FormedFromEdge       = Edge[*PartyOrg]
)

// JointCommitteesConnection and JointCommitteesEdge are the page and the place of the link jointCommittees.
type (
	JointCommitteesConnection = Connection[*JointCommittee]
	JointCommitteesEdge       = Edge[*JointCommittee]
)

// LeadsConnection and LeadsEdge are the page and the place of the link leads.
type (
	LeadsConnection = Connection[*Division]
	LeadsEdge       = Edge[*Division]
)

// LedByConnection and LedByEdge are the page and the place of the link ledBy.
type (
	LedByConnection = Connection[*JointCommittee]
	LedByEdge       = Edge[*JointCommittee]
)

// SitsOnConnection and SitsOnEdge are the page and the place of the link sitsOn.
type (
	SitsOnConnection = Connection[*JointCommittee]
	SitsOnEdge       = Edge[*JointCommittee]
)

// SeatHoldersConnection and SeatHoldersEdge are the page and the place of the link seatHolders.
type (
	SeatHoldersConnection = Connection[*Person]
	SeatHoldersEdge       = Edge[*Person]
)

// SeatsConnection and SeatsEdge are the page and the place of the link seats.
type (
	SeatsConnection = Connection[*Person]
	SeatsEdge       = Edge[*Person]
)

// PairedWithConnection and PairedWithEdge are the page and the place of the link pairedWith.
type (
	PairedWithConnection = Connection[Node]
	PairedWithEdge       = Edge[Node]
)

// PairedUnitsConnection and PairedUnitsEdge are the page and the place of the link pairedUnits.
type (
	PairedUnitsConnection = Connection[*Unit]
	PairedUnitsEdge       = Edge[*Unit]
)

// ServesConnection and ServesEdge are the page and the place of the link serves.
type (
	ServesConnection = Connection[Node]
	ServesEdge       = Edge[Node]
)

// ServedByConnection and ServedByEdge are the page and the place of the link servedBy.
type (
	ServedByConnection = Connection[Node]
	ServedByEdge       = Edge[Node]
)

// LocatedInConnection and LocatedInEdge are the page and the place of the link locatedIn.
type (
	LocatedInConnection = Connection[*Building]
	LocatedInEdge       = Edge[*Building]
)

// LocatedHereConnection and LocatedHereEdge are the page and the place of the link locatedHere.
type (
	LocatedHereConnection = Connection[Node]
	LocatedHereEdge       = Edge[Node]
)

// InstalledAtConnection and InstalledAtEdge are the page and the place of the link installedAt.
type (
	InstalledAtConnection = Connection[*Household]
	InstalledAtEdge       = Edge[*Household]
)

// DoorbellsConnection and DoorbellsEdge are the page and the place of the link doorbells.
type (
	DoorbellsConnection = Connection[*Doorbell]
	DoorbellsEdge       = Edge[*Doorbell]
)

// NodeConnection and NodeEdge page nodes of any kind.
type (
	NodeConnection = Connection[Node]
	NodeEdge       = Edge[Node]
)
