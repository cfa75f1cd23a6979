package doorbell

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Fault is something wrong with a doorbell.
type Fault string

// The faults. The first three keep a doorbell from going live; the others are those of one that is in use.
const (
	NotInstalled Fault = "NOT_INSTALLED"
	NoContact    Fault = "NO_CONTACT"
	NoKey        Fault = "NO_KEY"
	NeverHeard   Fault = "NEVER_HEARD"
	Silent       Fault = "SILENT"
	BatteryLow   Fault = "BATTERY_LOW"
	TestDue      Fault = "TEST_DUE"
	CheckDue     Fault = "CHECK"
)

// When something is a fault.
const (
	silentAfter = 24 * time.Hour
	testEvery   = 31 * 24 * time.Hour
	batteryLow  = 20 // percent
)

// Faulty is a doorbell with what is wrong, in the order of the faults.
type Faulty struct {
	Doorbell kg.ID
	Faults   []Fault
}

// FaultQuery asks for doorbells with faults.
type FaultQuery struct {
	Area  kg.ID   // none: everywhere
	Only  []Fault // one of these; none: any
	After kg.ID   // where the page before ended
	Limit int
}

// MaxFaulty is the largest page of doorbells with faults.
const MaxFaulty = 200

// faultsScanned is how many doorbells are looked at for one page; it may then be short, and others follow.
const faultsScanned = 10_000

// contacts asks for the household of a doorbell and those who agreed to be its contacts.
var contacts = &store.Plan{Steps: []*store.Step{
	{Key: "at", On: []kg.Kind{kg.KindDoorbell}, Relation: kg.InstalledAt, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}, Plan: &store.Plan{Steps: []*store.Step{
		{Key: "contacts", On: []kg.Kind{kg.KindHousehold}, Relation: kg.ContactOf, Direction: kg.In, Tie: kg.Compare{Field: "consent", Op: kg.EQ, Value: true}, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}},
	}}},
}}

// Faults are the doorbells that have faults, by id, and where the next page begins; "" where there is none. A faulty or
// a withdrawn device is not listed for what a device in use must do.
func (d *Doorbell) Faults(ctx context.Context, q FaultQuery) (out []Faulty, next kg.ID, err error) {
	if q.Limit < 1 || q.Limit > MaxFaulty {
		return nil, "", kg.Invalid("first", fmt.Sprint(q.Limit), fmt.Sprintf("1 to %d", MaxFaulty))
	}
	now := d.clock.now()
	list := store.ListQuery{Kind: kg.KindDoorbell, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: rosterPage}, Plan: contacts}
	if q.Area != "" {
		list.Filter = kg.InArea{Areas: []kg.ID{q.Area}}
	}
	if q.After != "" {
		list.Window.After = &store.Position{Value: string(q.After), ID: q.After}
	}
	for scanned := 0; ; {
		page, err := d.o.Store.List(ctx, d.view(now), list)
		if err != nil {
			return nil, "", err
		}
		for i := range page.Edges {
			e := &page.Edges[i]
			if len(out) == q.Limit {
				return out, list.Window.After.ID, nil
			}
			list.Window.After = &e.Position
			faults := faultsOf(e.Item, now)
			if len(faults) > 0 && (len(q.Only) == 0 || slices.ContainsFunc(faults, func(f Fault) bool { return slices.Contains(q.Only, f) })) {
				out = append(out, Faulty{e.Position.ID, faults})
			}
		}
		if !page.HasNext {
			return out, "", nil
		}
		if scanned += len(page.Edges); scanned >= faultsScanned {
			return out, list.Window.After.ID, nil
		}
	}
}

// faultsOf are the faults of a doorbell, as the plan contacts gives it.
func faultsOf(item *store.Item, now time.Time) (faults []Fault) {
	bell := item.Node.(*kg.Doorbell)
	add := func(f Fault, holds bool) {
		if holds {
			faults = append(faults, f)
		}
	}
	at := item.Tree["at"].Edges
	add(NotInstalled, len(at) == 0)
	add(NoContact, len(at) > 0 && len(at[0].Item.Tree["contacts"].Edges) == 0)
	add(NoKey, bell.KeyHash == "")
	if bell.Status != kg.DoorbellActive && bell.Status != "" {
		return faults
	}
	add(NeverHeard, bell.HeardAt == "")
	add(Silent, bell.HeardAt != "" && now.Sub(bell.HeardAt.Time()) > silentAfter)
	add(BatteryLow, bell.Battery > 0 && bell.Battery < batteryLow)
	add(TestDue, bell.TestedAt == "" || now.Sub(bell.TestedAt.Time()) > testEvery)
	add(CheckDue, bell.CheckAt != "" && bell.CheckAt > bell.TestedAt)
	return faults
}

// silenceEvery is how often a process looks for doorbells that have fallen silent.
const silenceEvery = 10 * time.Minute

// watchSilence says in the log how many doorbells in use are silent, when that changes. It names none of them.
func (d *Doorbell) watchSilence(ctx context.Context) error {
	elapsed := d.o.Clock.Elapsed()
	if d.silence.known && elapsed-d.silence.at < silenceEvery {
		return nil
	}
	heard := kg.And{kg.Compare{Field: "heardAt", Op: kg.GT, Value: "1"}, kg.Compare{Field: "heardAt", Op: kg.LT, Value: string(kg.MomentOf(d.clock.now().Add(-silentAfter)))}, kg.OneOf{Field: "status", Values: []any{string(kg.DoorbellActive)}}}
	groups, err := d.o.Store.Count(ctx, d.view(d.clock.now()), store.CountQuery{Kind: kg.KindDoorbell, Filter: heard})
	if err != nil {
		return err
	}
	n := 0
	for _, g := range groups {
		n += g.Count
	}
	if n != d.silence.count {
		d.o.Logger.WarnContext(ctx, "doorbell: doorbells in use have been silent for a day", "count", n, "before", d.silence.count)
	}
	d.silence.count, d.silence.at, d.silence.known = n, elapsed, true
	return nil
}

// silence is what a process last knew of silent doorbells.
type silence struct {
	known bool
	at    time.Duration
	count int
}
