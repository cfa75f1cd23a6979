package doorbell

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"lintu/kg"
)

// Cancel is the elder's own end of a ring, within the policy's time.
func (d *Doorbell) Cancel(ctx context.Context, ring kg.ID) (*Ring, error) {
	return d.ringMove(ctx, ring, "device", "cancelRing", func(in *incident) error {
		if err := in.cancel(); err != nil {
			return err
		}
		return in.learn(kg.FalseAlarm)
	})
}

// cancel ends a ring as its elder does.
func (in *incident) cancel() error {
	if in.now.After(in.ring.CancelUntil.Time()) {
		return &IllegalError{ID: in.ring.ID, Move: "cancelRing", State: string(in.ring.State), Why: "the time for it is over; somebody has to close it"}
	}
	in.note(kg.EventCancelled)
	in.close(kg.FalseAlarm)
	return nil
}

// Close ends a ring with its outcome.
func (d *Doorbell) Close(ctx context.Context, ring kg.ID, outcome kg.Outcome, actor string) (*Ring, error) {
	if !kg.Outcomes.Has(string(outcome)) {
		return nil, kg.Invalid("outcome", fmt.Sprintf("%q", outcome), strings.Join(kg.Outcomes.Names(), ", "))
	}
	return d.ringMove(ctx, ring, actor, "closeRing", func(in *incident) error {
		in.close(outcome)
		return in.learn(outcome)
	})
}

// ringMove makes a move of a ring that is not over.
func (d *Doorbell) ringMove(ctx context.Context, ring kg.ID, actor, name string, f func(*incident) error) (*Ring, error) {
	in, err := d.move(ctx, ring, actor, func(in *incident) error {
		return in.whileOpen(name, f)
	})
	if err != nil {
		return nil, err
	}
	return in.view(), nil
}

// whileOpen makes a move, or refuses it where the ring is over.
func (in *incident) whileOpen(name string, f func(*incident) error) error {
	if !in.open() {
		return &IllegalError{ID: in.ring.ID, Move: name, State: string(in.ring.State), Why: "the ring is over"}
	}
	return f(in)
}

// close ends a ring: who waits is told, who is at the door has handed over, no step is left.
func (in *incident) close(outcome kg.Outcome) {
	r := in.ring
	r.State, r.Outcome, r.ClosedAt, r.Outbox = kg.RingClosed, outcome, in.stamp(), nil
	for _, c := range in.calls {
		switch {
		case c.alert.State == kg.AlertArrived:
			in.end(c, kg.AlertHandedOver, kg.EventHandedOver, "")
		case live(c.alert.State):
			in.end(c, kg.AlertStoodDown, kg.EventStoodDown, textStandDown)
		default:
			if len(c.alert.Outbox) > 0 {
				c.alert.Outbox = nil
				in.touch(c)
			}
		}
	}
	for i := range r.Deadlines {
		if s := &r.Deadlines[i]; s.DoneAt == "" {
			s.DoneAt, s.Note = in.stamp(), "the ring was closed"
		}
	}
	in.note(kg.EventClosed, saying("%s", outcome))
}

// Reopen begins another round of a closed ring: everybody can be called again.
func (d *Doorbell) Reopen(ctx context.Context, ring kg.ID, actor string) (*Ring, error) {
	in, err := d.move(ctx, ring, actor, func(in *incident) error {
		if in.open() {
			return &IllegalError{ID: ring, Move: "reopenRing", State: string(in.ring.State), Why: "it is not over"}
		}
		if in.ring.Followed {
			return &IllegalError{ID: ring, Move: "reopenRing", State: string(in.ring.State), Why: "the household has rung again since"}
		}
		r := in.ring
		r.State, r.Outcome, r.ClosedAt, r.Enough = kg.RingReopened, "", "", false
		r.AcceptedAt, r.AttendedAt, r.AmbulanceAt, r.AmbulanceArrivedAt = "", "", "", "" // these are of a round; the timeline keeps the others
		r.Round++
		r.Waves, r.LeftOut = nil, nil
		in.note(kg.EventReopened, saying("round %d", r.Round))
		return in.begin()
	})
	if err != nil {
		return nil, err
	}
	return in.view(), nil
}

// CallAmbulance keeps the fact that an ambulance was called; its arrival is awaited like a responder's.
func (d *Doorbell) CallAmbulance(ctx context.Context, ring kg.ID, actor string) (*Ring, error) {
	return d.ringMove(ctx, ring, actor, "callAmbulance", (*incident).ambulance)
}

func (in *incident) ambulance() error {
	if in.ring.AmbulanceAt != "" {
		return nil
	}
	in.ring.AmbulanceAt = in.stamp()
	in.replan(stepAmbulance, in.policy.AmbulanceSeconds)
	in.note(kg.EventAmbulance)
	in.tell(textStatus)
	return nil
}

// AmbulanceArrived says that the ambulance is at the door.
func (d *Doorbell) AmbulanceArrived(ctx context.Context, ring kg.ID, actor string) (*Ring, error) {
	return d.ringMove(ctx, ring, actor, "arrive", func(in *incident) error {
		switch {
		case in.ring.AmbulanceAt == "":
			return &IllegalError{ID: ring, Move: "arrive", State: string(in.ring.State), Why: "no ambulance was called"}
		case in.ring.AmbulanceArrivedAt != "":
			return nil
		}
		in.ring.AmbulanceArrivedAt = in.stamp()
		if in.ring.AttendedAt == "" {
			in.ring.AttendedAt = in.stamp()
		}
		in.drop(stepAmbulance)
		in.note(kg.EventAmbulanceArrived)
		in.tell(textStatus)
		return nil
	})
}

// random is an even number from 0 to n-1; n divides into 2^32 with a remainder that does not matter here.
func random(r io.Reader, n uint32) (uint32, error) {
	var b [4]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return 0, fmt.Errorf("doorbell: reading random numbers: %w", err)
	}
	return binary.BigEndian.Uint32(b[:]) % n, nil
}
