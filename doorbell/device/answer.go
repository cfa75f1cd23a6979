package device

import (
	"encoding/json"
	"net/http"

	"lintu/doorbell"
	"lintu/kg"
)

// Answer is a ring as its device is told. Moments are UTC, by the server's clock.
type Answer struct {
	Ring    kg.ID `json:"ring"`    // what to ask for from now on
	Version int   `json:"version"` // grows with all that happens: see after
	Drill   bool  `json:"drill"`
	CutOff  bool  `json:"cutOff"` // the store is away: the ring is in the server's journal
	doorbell.Status
	Presses     int        `json:"presses"` // more than 1: this one joined
	Now         kg.Moment  `json:"now"`
	CancelUntil kg.Moment  `json:"cancelUntil"`
	Wave        *Wave      `json:"wave"`      // the first of the round; null before it
	Deadlines   []Deadline `json:"deadlines"` // what is still to happen, the next first
	Words       []string   `json:"words"`     // of those who are coming, as they say them at the door
	ZH          string     `json:"zh"`        // what to show or say
	EN          string     `json:"en"`
}

// Wave is the first wave of neighbours.
type Wave struct {
	At     kg.Moment `json:"at"`
	Radius int       `json:"radius"` // metres
	Called int       `json:"called"`
}

// Deadline is a step that is still to be done.
type Deadline struct {
	Step  string    `json:"step"`
	DueAt kg.Moment `json:"dueAt"`
}

// Beat is what a device is told when it says that it lives.
type Beat struct {
	Doorbell kg.ID     `json:"doorbell"`
	HeardAt  kg.Moment `json:"heardAt"`
	Battery  int       `json:"battery"`  // 0: never told
	TestedAt kg.Moment `json:"testedAt"` // "": never
	Check    bool      `json:"check"`    // somebody has to look at the device
}

// told is the answer to a move or a question.
func told(r *doorbell.Ring, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return tell(r), nil
}

// tell puts a ring into the words of a device: no person is named in it.
func tell(r *doorbell.Ring) *Answer {
	a := &Answer{
		Ring: r.ID, Version: r.Events, Drill: r.Drill, CutOff: r.CutOff, Status: r.Status(), Presses: r.Presses,
		Now: kg.MomentOf(r.Now), CancelUntil: r.CancelUntil, Deadlines: []Deadline{}, Words: r.Words(),
	}
	a.ZH, a.EN = r.Told()
	if w := r.FirstWave(); w != nil {
		a.Wave = &Wave{At: w.At, Radius: w.Radius, Called: w.Called}
	}
	for _, s := range r.Pending() {
		a.Deadlines = append(a.Deadlines, Deadline{s.Step, s.DueAt})
	}
	return a
}

func write(w http.ResponseWriter, told any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(told) // fails only when the client has left
}
