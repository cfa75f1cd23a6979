package kg

// A ring, its alerts and its timeline are records of what happened: the doorbell writes them, as things happen, and
// nobody edits them (see Kind.Record). Package doorbell says what their states mean and how they move.

// Ring 呼叫 is one press of a doorbell and all that follows, until somebody closes it.
type Ring struct {
	Base
	Code    string    `json:"code,omitempty"` // the household and the number of its ring: two open rings cannot have one
	Name    string    `json:"name,omitempty"`
	State   RingState `json:"state,omitempty"`
	Outcome Outcome   `json:"outcome,omitempty"` // of a closed ring
	Policy  string    `json:"policy,omitempty"`  // name@version, kept from the press to the end
	Drill   bool      `json:"drill,omitempty"`
	Mass    bool      `json:"mass,omitempty"`    // many rings were open around it when it began
	Ordinal int       `json:"ordinal,omitempty"` // of the household's rings
	Round   int       `json:"round,omitempty"`   // 1, and one more for each reopening
	Presses int       `json:"presses,omitempty"` // that joined in it
	Events  int       `json:"events,omitempty"`  // of its timeline
	Enough  bool      `json:"enough,omitempty"`  // enough people have said yes; nobody more is called
	// Followed says that the household has rung again since; then this ring is not opened again.
	Followed bool `json:"followed,omitempty"`

	PressedAt          Moment `json:"pressedAt,omitempty"`
	JoinedAt           Moment `json:"joinedAt,omitempty"` // of the last press that joined
	BeganAt            Moment `json:"beganAt,omitempty"`  // of the round: the press, or the reopening
	CancelUntil        Moment `json:"cancelUntil,omitempty"`
	DueAt              Moment `json:"dueAt,omitempty"` // when the next thing is due; none when it is closed and all is told
	AcceptedAt         Moment `json:"acceptedAt,omitempty"`
	AttendedAt         Moment `json:"attendedAt,omitempty"`
	AmbulanceAt        Moment `json:"ambulanceAt,omitempty"` // the fact that one was called
	AmbulanceArrivedAt Moment `json:"ambulanceArrivedAt,omitempty"`
	ClosedAt           Moment `json:"closedAt,omitempty"`

	Deadlines  []Deadline  `json:"deadlines,omitempty"`
	Candidates []Candidate `json:"candidates,omitempty"`
	LeftOut    []Omission  `json:"leftOut,omitempty"`
	Waves      []Wave      `json:"waves,omitempty"`
	Outbox     []Letter    `json:"outbox,omitempty"` // to the elder's device

	Reduced bool      `json:"reduced,omitempty"` // its details are gone; see Reduce
	Past    *PastRing `json:"past,omitempty"`    // of a reduced one
}

// PastRing is what figures of rings need of the details that are gone.
type PastRing struct {
	Candidates int    `json:"candidates,omitempty"` // how many neighbours could have been called
	AgeBand    string `json:"ageBand,omitempty"`    // of the oldest resident on that day
	Sex        string `json:"sex,omitempty"`        // of the oldest resident
}

// Reduce takes the details out of a closed ring and keeps what it counts for: when, how it ended, and past.
func (n *Ring) Reduce(past PastRing) {
	n.Code = "past-" + string(n.ID[len(KindRing.Prefix())+1:])
	n.Deadlines, n.Candidates, n.LeftOut, n.Waves, n.Outbox = nil, nil, nil, nil, nil
	n.DueAt, n.CancelUntil, n.JoinedAt = "", "", ""
	n.Followed, n.Reduced, n.Past = true, true, &past
}

// Reduce takes out of an alert what tells where its person or the door is, and the word.
func (n *Alert) Reduce() {
	n.Metres, n.Seconds, n.Reasons, n.Word, n.Outbox = 0, 0, "", "", nil
}

// Deadline is a step of a ring: what is to happen, when, and when it did. A step is done once.
type Deadline struct {
	Step   string `json:"step"` // wave-2, GRID, arrival
	Round  int    `json:"round"`
	DueAt  Moment `json:"dueAt"`
	DoneAt Moment `json:"doneAt,omitempty"`
	Late   bool   `json:"late,omitempty"` // done later than the policy allows
	Note   string `json:"note,omitempty"` // what became of it, where it was not simply done
}

// Candidate is a neighbour who could be called, in the order of calling.
type Candidate struct {
	Person  ID       `json:"person"`
	Metres  int      `json:"metres"`
	Seconds int      `json:"seconds"` // on foot
	Reasons []string `json:"reasons,omitempty"`
	Recent  int      `json:"recent,omitempty"` // alerts of late, which put them back
}

// Omission is somebody who was not called, and why.
type Omission struct {
	Person ID     `json:"person"`
	Reason string `json:"reason"`
	At     Moment `json:"at"`
}

// Wave is a group of neighbours who were called together.
type Wave struct {
	Number int    `json:"number"`
	Round  int    `json:"round"`
	At     Moment `json:"at"`
	Radius int    `json:"radius"` // metres
	People int    `json:"people"` // that the policy asks for
	Called int    `json:"called"`
}

// Letter is a message that is still to be handed over. Its id is the same at every attempt.
type Letter struct {
	ID       string `json:"id"`
	Text     string `json:"text"` // which message: call, stand-down
	Voice    bool   `json:"voice,omitempty"`
	SendAt   Moment `json:"sendAt"` // when the next attempt is due
	Attempts int    `json:"attempts,omitempty"`
}

// Alert 提醒 asks one person to come to a ring, or tells them of it.
type Alert struct {
	Base
	Code    string     `json:"code,omitempty"` // of a neighbour the person and a number: two rings cannot make one; else the ring, its round, the person
	Name    string     `json:"name,omitempty"`
	State   AlertState `json:"state,omitempty"`
	Role    AlertRole  `json:"role,omitempty"`
	Ordinal int        `json:"ordinal,omitempty"` // of the person's alerts as a neighbour; 0 in others
	Round   int        `json:"round,omitempty"`   // of the ring
	Wave    int        `json:"wave,omitempty"`    // of neighbours
	Metres  int        `json:"metres,omitempty"`
	Seconds int        `json:"seconds,omitempty"` // on foot
	Reasons string     `json:"reasons,omitempty"` // why this person, joined by commas
	Word    string     `json:"word,omitempty"`    // four digits that the responder says at the door

	CalledAt    Moment `json:"calledAt,omitempty"`
	DeliveredAt Moment `json:"deliveredAt,omitempty"`
	SeenAt      Moment `json:"seenAt,omitempty"`
	AnsweredAt  Moment `json:"answeredAt,omitempty"`
	OnWayAt     Moment `json:"onWayAt,omitempty"`
	ArrivedAt   Moment `json:"arrivedAt,omitempty"`
	EndedAt     Moment `json:"endedAt,omitempty"` // declined, withdrawn, handed over, stood down or failed

	LastKnown bool     `json:"lastKnown,omitempty"` // consent could not be asked for; the last known one counted
	Outbox    []Letter `json:"outbox,omitempty"`
}

// RingEvent 呼叫经过 is an entry of a ring's timeline. It is written once and never changes.
type RingEvent struct {
	Base
	Code   string    `json:"code,omitempty"` // the ring and the number of its entry
	Name   string    `json:"name,omitempty"`
	Number int       `json:"number,omitempty"` // 1, 2, 3 without gaps
	Event  EventKind `json:"event,omitempty"`
	At     Moment    `json:"at,omitempty"`
	Alert  string    `json:"alert,omitempty"` // id of the one that it is about
	Step   string    `json:"step,omitempty"`  // the deadline that it did
	Late   bool      `json:"late,omitempty"`
	Actor  string    `json:"actor,omitempty"` // a person's id, device, or the process
	Note   string    `json:"note,omitempty"`
}

// Kind implements Node.
func (*Ring) Kind() Kind      { return KindRing }
func (*Alert) Kind() Kind     { return KindAlert }
func (*RingEvent) Kind() Kind { return KindRingEvent }

// Title implements Node.
func (n *Ring) Title() string      { return n.Name }
func (n *Alert) Title() string     { return n.Name }
func (n *RingEvent) Title() string { return n.Name }
