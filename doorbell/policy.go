package doorbell

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"lintu/kg"
	"lintu/reach"
)

// Policy says who is called when. It is data: a ring keeps the version that it began with to its end, so a version that
// was used is never changed, and a new one is a new file.
type Policy struct {
	Name    string `json:"name"`
	Version int    `json:"version"`

	JoinSeconds   int     `json:"joinSeconds"`   // a press within so long of the last one joins the open ring
	CancelSeconds int     `json:"cancelSeconds"` // so long the elder can cancel
	Enough        int     `json:"enough"`        // so many yes stop the calling
	Waves         []Call  `json:"waves"`         // of neighbours, while nobody has said yes
	Ladder        []Level `json:"ladder"`        // of those who must, in order

	RepeatSeconds    int `json:"repeatSeconds"`    // how often those on duty are reminded after the last level
	ArriveSeconds    int `json:"arriveSeconds"`    // from a yes to an arrival
	AttendSeconds    int `json:"attendSeconds"`    // from an arrival to the end of the ring
	AmbulanceSeconds int `json:"ambulanceSeconds"` // from its call to its arrival

	LateSeconds  int `json:"lateSeconds"`  // a step that is done more than so much after it was due is late
	RetrySeconds int `json:"retrySeconds"` // between the first two attempts to deliver; each further pause doubles
	Attempts     int `json:"attempts"`     // to deliver a message to those of the ladder

	Keep          int      `json:"keep"`          // candidates that a ring keeps
	AlertsPerWeek int      `json:"alertsPerWeek"` // of one neighbour, where their own limit is not lower
	RecentDays    int      `json:"recentDays"`    // alerts of the last days put a neighbour back,
	RecentSeconds int      `json:"recentSeconds"` // each as if they stood so many seconds farther away
	Skills        []string `json:"skills"`        // values of specialties that bring somebody forward
	Mass          Mass     `json:"mass"`
}

// Call is a wave of neighbours.
type Call struct {
	After  int     `json:"after"` // seconds
	People int     `json:"people"`
	Radius float64 `json:"radius"` // metres
}

// Level is a level of the ladder.
type Level struct {
	After  int          `json:"after"` // seconds
	Role   kg.AlertRole `json:"role"`
	Posts  []string     `json:"posts,omitempty"` // roles of HOLDS_POST, of grid workers and heads
	Voice  bool         `json:"voice,omitempty"`
	Remind bool         `json:"remind,omitempty"` // the elder is told, a last time, to dial 120
}

// Mass says when many rings in a township are one event, and who is called besides.
type Mass struct {
	Open  int      `json:"open"`  // open rings in the township, this one included
	Teams []string `json:"teams"` // kinds of teams of the area whose members are called
}

// ID is the policy's name and version: city@1.
func (p *Policy) ID() string { return fmt.Sprintf("%s@%d", p.Name, p.Version) }

// check refuses a policy that could leave a ring silent.
func (p *Policy) check() error {
	bad := func(field, problem string) error {
		return kg.Invalid("policy "+p.ID()+": "+field, problem, "see doorbell/policies")
	}
	whole := map[string]int{
		"joinSeconds": p.JoinSeconds, "cancelSeconds": p.CancelSeconds, "enough": p.Enough, "repeatSeconds": p.RepeatSeconds, "arriveSeconds": p.ArriveSeconds,
		"attendSeconds": p.AttendSeconds, "ambulanceSeconds": p.AmbulanceSeconds, "lateSeconds": p.LateSeconds, "retrySeconds": p.RetrySeconds,
		"attempts": p.Attempts, "keep": p.Keep, "alertsPerWeek": p.AlertsPerWeek, "recentDays": p.RecentDays, "mass.open": p.Mass.Open, "version": p.Version,
	}
	for _, field := range slices.Sorted(maps.Keys(whole)) {
		if whole[field] < 1 {
			return bad(field, "is not 1 or more")
		}
	}
	if p.Name == "" || len(p.Waves) == 0 || p.Waves[0].After != 0 || len(p.Ladder) == 0 {
		return bad("waves, ladder", "a first wave at 0 s and a ladder are needed")
	}
	for i, w := range p.Waves {
		if w.People < 1 || !(w.Radius > 0 && w.Radius <= reach.MaxRadius) || i > 0 && (w.After <= p.Waves[i-1].After || w.Radius < p.Waves[i-1].Radius) {
			return bad(fmt.Sprintf("waves[%d]", i), "is empty, or not after and around the one before")
		}
	}
	for i, l := range p.Ladder {
		if !kg.AlertRoles.Has(string(l.Role)) || l.Role == kg.RoleNeighbour || l.After < 0 || i > 0 && l.After < p.Ladder[i-1].After {
			return bad(fmt.Sprintf("ladder[%d]", i), "is no level, or before the one above it")
		}
	}
	return nil
}

// voice says whether a level of the ladder is called by voice.
func (p *Policy) voice(role kg.AlertRole) bool {
	return slices.ContainsFunc(p.Ladder, func(l Level) bool { return l.Role == role && l.Voice })
}

// radius is the widest of the waves, in metres.
func (p *Policy) radius() float64 { return p.Waves[len(p.Waves)-1].Radius }

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

//go:embed policies/*.json
var policyFiles embed.FS

// Policies are the policies that are shipped, by id. The files are part of the program: a bad one is a defect.
func Policies() map[string]*Policy {
	entries, err := policyFiles.ReadDir("policies")
	if err != nil {
		panic(err) // it is embedded
	}
	all := map[string]*Policy{}
	for _, e := range entries {
		b, err := policyFiles.ReadFile("policies/" + e.Name())
		if err != nil {
			panic(err)
		}
		p, err := ParsePolicy(b)
		if err != nil {
			panic(err)
		}
		all[p.ID()] = p
	}
	return all
}

// The policies by which new rings begin: that of the village for a household in one, else that of the city.
const (
	cityPolicy    = "city"
	villagePolicy = "village"
)

// policyOf is the name of the policy of a household, in a village or not.
func policyOf(village bool) string {
	if village {
		return villagePolicy
	}
	return cityPolicy
}

// newest is the last version of a policy, nil where there is none of the name.
func newest(all map[string]*Policy, name string) *Policy {
	var best *Policy
	for _, p := range all {
		if p.Name == name && (best == nil || p.Version > best.Version) {
			best = p
		}
	}
	return best
}

// Named is a policy by its id, or the newest of a name; nil where there is none.
func Named(all map[string]*Policy, name string) *Policy {
	if p := all[name]; p != nil {
		return p
	}
	return newest(all, name)
}

// Radius is how far neighbours may be, in metres.
func (p *Policy) Radius() float64 { return p.radius() }

// ParsePolicy reads a policy; the error is kg.ErrInvalid and names the field.
func ParsePolicy(b []byte) (*Policy, error) {
	p := new(Policy)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		return nil, kg.Invalid("policy", err.Error(), "JSON of the form of doorbell/policies")
	}
	return p, p.check()
}
