// Code written by schemagen from the tables of package kg; do not edit. DO NOT EDIT.

package graph

import (
	"context"

	"lintu/graph/model"
	"lintu/kg"
)

func (r *query) Division(ctx context.Context, id *kg.ID, code *string, asOf *kg.Date) (*model.Division, error) {
	return r.division(ctx, id, code)
}
func (r *query) Divisions(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.DivisionConnection, error) {
	return many[*model.Division](ctx, kg.KindDivision)
}

func (r *query) Grid(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Grid, error) {
	return one[*model.Grid](ctx)
}
func (r *query) Grids(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.GridConnection, error) {
	return many[*model.Grid](ctx, kg.KindGrid)
}

func (r *query) Compound(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Compound, error) {
	return one[*model.Compound](ctx)
}
func (r *query) Compounds(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.CompoundConnection, error) {
	return many[*model.Compound](ctx, kg.KindCompound)
}

func (r *query) Building(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Building, error) {
	return one[*model.Building](ctx)
}
func (r *query) Buildings(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.BuildingConnection, error) {
	return many[*model.Building](ctx, kg.KindBuilding)
}

func (r *query) Entrance(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Entrance, error) {
	return one[*model.Entrance](ctx)
}
func (r *query) Entrances(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.EntranceConnection, error) {
	return many[*model.Entrance](ctx, kg.KindEntrance)
}

func (r *query) Household(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Household, error) {
	return one[*model.Household](ctx)
}
func (r *query) Households(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.HouseholdConnection, error) {
	return many[*model.Household](ctx, kg.KindHousehold)
}

func (r *query) Place(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Place, error) {
	return one[*model.Place](ctx)
}
func (r *query) Places(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.PlaceConnection, error) {
	return many[*model.Place](ctx, kg.KindPlace)
}

func (r *query) PartyOrg(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.PartyOrg, error) {
	return one[*model.PartyOrg](ctx)
}
func (r *query) PartyOrgs(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.PartyOrgConnection, error) {
	return many[*model.PartyOrg](ctx, kg.KindPartyOrg)
}

func (r *query) JointCommittee(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.JointCommittee, error) {
	return one[*model.JointCommittee](ctx)
}
func (r *query) JointCommittees(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.JointCommitteeConnection, error) {
	return many[*model.JointCommittee](ctx, kg.KindJointCommittee)
}

func (r *query) Unit(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Unit, error) {
	return one[*model.Unit](ctx)
}
func (r *query) Units(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.UnitConnection, error) {
	return many[*model.Unit](ctx, kg.KindUnit)
}

func (r *query) ResidentBody(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.ResidentBody, error) {
	return one[*model.ResidentBody](ctx)
}
func (r *query) ResidentBodies(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.ResidentBodyConnection, error) {
	return many[*model.ResidentBody](ctx, kg.KindResidentBody)
}

func (r *query) Team(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Team, error) {
	return one[*model.Team](ctx)
}
func (r *query) Teams(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.TeamConnection, error) {
	return many[*model.Team](ctx, kg.KindTeam)
}

func (r *query) Person(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Person, error) {
	return one[*model.Person](ctx)
}
func (r *query) People(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.PersonConnection, error) {
	return many[*model.Person](ctx, kg.KindPerson)
}

func (r *query) Doorbell(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.Doorbell, error) {
	return one[*model.Doorbell](ctx)
}
func (r *query) Doorbells(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.DoorbellConnection, error) {
	return many[*model.Doorbell](ctx, kg.KindDoorbell)
}
