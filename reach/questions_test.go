package reach_test

import (
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// Random questions of a town.

func (t *town) scope() store.Scope {
	if t.chance(0.6) {
		return store.Scope{All: true}
	}
	sc := store.Scope{Today: t.date()}
	for range 1 + t.IntN(2) {
		sc.Areas = append(sc.Areas, t.pick([]kg.Kind{kg.KindDivision, kg.KindGrid, kg.KindCompound}[t.IntN(3)]))
	}
	return sc
}

func maybe[T any](t *town, p float64, v T) *T {
	if t.chance(p) {
		return &v
	}
	return nil
}

func (t *town) where() reach.ResponderWhere {
	w := reach.ResponderWhere{PartyMember: maybe(t, 0.4, t.chance(0.7)), IncludeCareFlagged: t.chance(0.3), MinAge: maybe(t, 0.1, 30), MaxAge: maybe(t, 0.1, 60)}
	if t.chance(0.15) {
		w.Specialties = []string{"red"}
	}
	return w
}

func (t *town) target() reach.Target {
	switch n := t.IntN(10); {
	case n < 6:
		return reach.Target{Household: t.pick(kg.KindHousehold)}
	case n < 7:
		return reach.Target{Doorbell: t.pick(kg.KindDoorbell)}
	case n < 9:
		return reach.Target{Building: t.pick(kg.KindBuilding)}
	}
	return reach.Target{Point: &geo.Point{Lat: 23.127, Lon: 113.247}}
}

func (t *town) radius() float64 {
	return []float64{80, 200, 500, 1000, 5000}[t.IntN(5)] + t.Float64()*20 - 20
}

func (t *town) nearQuery() reach.NearQuery {
	q := reach.NearQuery{To: t.target(), Radius: t.radius(), At: t.instant(), Where: t.where(), Scope: t.scope(), Limit: store.NoLimit}
	if t.chance(0.1) {
		q.Where.TeamIDs = []kg.ID{t.pick(kg.KindTeam)}
	}
	if t.chance(0.1) {
		q.Where.UnitIDs = []kg.ID{t.pick(kg.KindUnit)}
	}
	return q
}

func (t *town) coverQuery() reach.UnitCoverageQuery {
	q := reach.UnitCoverageQuery{Radius: t.radius(), At: t.instant(), AnyUnit: t.chance(0.3), Scope: t.scope()}
	q.Area = t.pick([]kg.Kind{kg.KindDivision, kg.KindDivision, kg.KindGrid, kg.KindCompound, kg.KindBuilding, kg.KindHousehold}[t.IntN(6)])
	if t.chance(0.5) {
		q.Area = t.ids[kg.KindDivision][0]
	}
	where := t.where()
	q.Where = &where
	q.By = [][]reach.UnitTie{{reach.Staff, reach.Party}, {reach.Staff}, {reach.Party}, {reach.Deployed}, reach.UnitTies}[t.IntN(5)]
	q.Targets = &reach.TargetWhere{HasDoorbell: maybe(t, 0.1, t.chance(0.5)), MinAge: maybe(t, 0.2, 40), MinFloor: maybe(t, 0.1, 3), NoLift: maybe(t, 0.2, t.chance(0.5))}
	if t.chance(0.5) {
		q.Targets.CareFlags = []string{kg.ElderlyAlone}
	}
	if t.chance(0.1) {
		q.Targets.CareLevels = []kg.CareLevel{kg.CareRed}
	}
	if t.chance(0.1) {
		q.Targets.CompoundKinds = []kg.ManagementKind{kg.ManagedOld}
	}
	return q
}
