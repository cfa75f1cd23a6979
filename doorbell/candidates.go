package doorbell

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// Reasons why a candidate is left out at the moment of calling, beside those of reach.LeftOutReason.
const (
	leftGone    = "GONE"             // no longer lives, or was deleted
	LeftBusy    = "AT_ANOTHER_RING"  // is asked to come to another ring, or is there
	LeftAtLimit = "AT_LIMIT"         // has had as many alerts as the week may have
	leftTooHigh = "BEYOND_OWN_FLOOR" // climbs not so high without a lift
)

// tiers are the reasons that bring a candidate forward, the strongest first.
var tiers = []string{string(reach.SameEntrance), string(reach.SameBuilding), string(reach.Keyholder), string(reach.Contact), string(reach.Responsible), string(reach.HasSpecialty)}

// tier is the place of the strongest reason; the number of tiers where there is none.
func tier(reasons []string) int {
	for i, t := range tiers {
		if slices.Contains(reasons, t) {
			return i
		}
	}
	return len(tiers)
}

// rank puts in order who could come: by the strongest reason, then by walking time, to which each alert of the last
// days adds some. Who is left out by the snapshot is listed, nearest first, as far as the ring keeps them.
func (in *incident) rank() error {
	in.ring.Candidates = nil
	snapshot := in.snapshot()
	if snapshot == nil {
		in.note(kg.EventRanked, saying("the spatial snapshot is not there; nobody is known to be near"))
		return nil
	}
	answer, err := in.near(snapshot)
	if errors.Is(err, kg.ErrInvalid) || errors.Is(err, kg.ErrNotFound) {
		in.note(kg.EventRanked, saying("nobody can be found near the door: %v", err))
		return nil
	}
	if err != nil {
		return err
	}
	all := in.policy.candidates(answer)
	recent, err := in.recent(candidateIDs(all), kg.MomentOf(in.now.AddDate(0, 0, -in.policy.RecentDays)))
	if err != nil {
		return err
	}
	for i := range all {
		all[i].Recent = recent[all[i].Person]
	}
	in.policy.order(all)
	in.ring.Candidates = all
	for _, left := range answer.LeftPeople {
		in.ring.LeftOut = append(in.ring.LeftOut, kg.Omission{Person: left.Person, Reason: string(left.Reason), At: in.stamp()})
	}
	in.note(kg.EventRanked, saying("%d of %d who could come are kept in order; revision %d", len(all), answer.Total, answer.Revision))
	return nil
}

// near asks the snapshot who could come.
func (in *incident) near(s *reach.Snapshot) (*reach.NearAnswer, error) {
	q := in.policy.nearQuery(in.household, in.now)
	if in.stage != nil {
		return in.stage.near(s, q)
	}
	return s.Near(q)
}

// nearQuery asks who could come to a household: of all of them no more than a ring keeps, by the strongest reason, then
// the nearest.
func (p *Policy) nearQuery(household kg.ID, at time.Time) reach.NearQuery {
	return reach.NearQuery{
		To: reach.Target{Household: household}, Radius: p.radius(), At: at, Scope: store.Scope{All: true}, Limit: p.Keep, LeftOutPeople: p.Keep,
		Class: func(list []reach.Reason) int { return tier(p.reasons(list)) },
	}
}

// candidates are those whom a ring keeps of an answer of the snapshot, in order, but for alerts of late, which it does not know.
func (p *Policy) candidates(answer *reach.NearAnswer) []kg.Candidate {
	all := make([]kg.Candidate, len(answer.Hits))
	for i, hit := range answer.Hits {
		all[i] = kg.Candidate{Person: hit.Person, Metres: int(hit.Distance + 0.5), Seconds: int(hit.WalkingMinutes*60 + 0.5), Reasons: p.reasons(hit.Reasons)}
	}
	p.order(all)
	return all[:min(len(all), p.Keep)]
}

func (in *incident) snapshot() *reach.Snapshot {
	if in.d.o.Snapshot == nil {
		return nil
	}
	return in.d.o.Snapshot()
}

// reasons are the kinds of a hit's reasons, each once; of specialties those that the policy asks for.
func (p *Policy) reasons(list []reach.Reason) (out []string) {
	for _, r := range list {
		if r.Kind == reach.HasSpecialty && !slices.Contains(p.Skills, r.Value) {
			continue
		}
		if kind := string(r.Kind); !slices.Contains(out, kind) {
			out = append(out, kind)
		}
	}
	return out
}

func (p *Policy) order(all []kg.Candidate) {
	slices.SortFunc(all, func(a, b kg.Candidate) int {
		return cmp.Or(cmp.Compare(tier(a.Reasons), tier(b.Reasons)),
			cmp.Compare(a.Seconds+a.Recent*p.RecentSeconds, b.Seconds+b.Recent*p.RecentSeconds), cmp.Compare(a.Person, b.Person))
	})
}

func candidateIDs(list []kg.Candidate) []kg.ID {
	ids := make([]kg.ID, len(list))
	for i, c := range list {
		ids[i] = c.Person
	}
	return ids
}

// unfit is why a neighbour is not called now, whatever the snapshot said; "" where they are.
func (in *incident) unfit(id kg.ID, p *person, where *place) string {
	if p == nil {
		return leftGone
	}
	if why := unwilling(p.Person, kg.DateOf(in.now, in.d.o.Zone)); why != "" {
		return why
	}
	today := kg.DateOf(in.now, in.d.o.Zone)
	if h := where.household; h != nil {
		if slices.ContainsFunc(h.Refusals, func(r kg.Refusal) bool { return r.Person == id && r.Holds(today) }) {
			return string(reach.Refused)
		}
		lift := where.entrance != nil && where.entrance.HasLift
		if limit := p.Responder.Limits.MaxFloor; limit > 0 && h.Floor > limit && !lift {
			return leftTooHigh
		}
	}
	if in.elsewhere(p) {
		return LeftBusy
	}
	limit := in.policy.AlertsPerWeek
	if own := p.Responder.Limits.AlertsPerWeek; own > 0 {
		limit = min(limit, own)
	}
	if countAlerts(p.calls, kg.MomentOf(in.now.Add(-7*24*time.Hour))) >= limit {
		return LeftAtLimit
	}
	return ""
}

// unwilling is why a person is nobody to be called on a day: consent, vetting, pause and leave as they are on record.
func unwilling(p *kg.Person, on kg.Date) string {
	r := p.Responder
	absent := func(list []kg.Absence) bool {
		return slices.ContainsFunc(list, func(a kg.Absence) bool { return a.Holds(on) })
	}
	switch {
	case p.BirthDate.IsZero() || p.BirthDate.Age(on) < reach.Adult:
		return string(reach.UnderAge)
	case r == nil || !slices.ContainsFunc(r.Consents, func(c kg.Consent) bool { return c.Purpose == kg.ConsentToRespond && c.Holds(on) }):
		return string(reach.NoConsent)
	case !slices.ContainsFunc(r.Vettings, func(v kg.Vetting) bool { return v.By != "" && v.Holds(on) }):
		return string(reach.NotVetted)
	case absent(r.Pauses):
		return string(reach.Paused)
	case absent(r.Leaves):
		return string(reach.OnLeave)
	}
	return ""
}
