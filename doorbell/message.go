package doorbell

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"lintu/kg"
)

// The messages.
const (
	textCall      = "call"       // a neighbour is asked to come
	textDuty      = "duty"       // who must know is told
	textRemind    = "remind"     // nothing has happened since
	textDoor      = "door"       // to who said yes: the door and the word
	textComing    = "coming"     // to contacts: somebody is coming, with the word
	textStandDown = "stand-down" // no longer needed
	textStatus    = "status"     // to the elder: how things stand
	textDial      = "dial"       // to the elder: dial 120
)

// Message is what a Notifier hands over. Its id is the same at every attempt to deliver it.
type Message struct {
	ID     string
	Text   string // call, duty, remind, door, coming, stand-down, status, dial
	Ring   kg.ID
	Alert  kg.ID // none for the elder's device
	Person kg.ID
	Device kg.ID
	Role   kg.AlertRole
	Voice  bool
	Drill  bool
	ZH, EN string
	Link   string // opens the alert for its person; it is not for a group. None for the elder's device, or where no links are made
	// LastKnown says that the store was away: the last known consent counted, and nothing can be answered yet.
	LastKnown bool
}

// Asks says that the message asks a person to come.
func (m Message) Asks() bool { return asks(m.Text) }

// Notifier hands messages over. An error says that a message did not arrive; what is only put into a queue has not.
type Notifier interface {
	Notify(ctx context.Context, m Message) error
	// Drill says that what is handed over reaches nobody: a log, the receiver of a test. While only drills exist,
	// messages are handed to no other notifier.
	Drill() bool
}

// drillOnly refuses to hand messages to people.
type drillOnly struct{ Notifier }

func (n drillOnly) Notify(ctx context.Context, m Message) error {
	if !n.Drill() {
		return fmt.Errorf("only drills exist until who may see what is decided: a notifier that reaches people hands nothing over: %w", kg.ErrForbidden)
	}
	return n.Notifier.Notify(ctx, m)
}

// Log is the default notifier: it writes a line that names no person.
type Log struct{ Logger *slog.Logger }

// Notify implements Notifier.
func (l Log) Notify(ctx context.Context, m Message) error {
	l.Logger.InfoContext(ctx, "doorbell: drill message", "id", m.ID, "text", m.Text, "ring", m.Ring, "role", m.Role, "voice", m.Voice)
	return nil
}

// Drill implements Notifier.
func (Log) Drill() bool { return true }

// The first words of every message.
const (
	dialZH  = "有生命危险先拨120。"
	dialEN  = "Life in danger: dial 120 first. "
	drillZH = "【演练】"
	drillEN = "[DRILL] "
)

// message puts a letter into words. Before a yes there is only a distance in it; the door stands only in what those get
// who said yes, and only while the ring is open.
func (in *incident) message(l *kg.Letter, c *call) (Message, error) {
	m := Message{ID: l.ID, Text: l.Text, Ring: in.ring.ID, Device: in.device, Voice: l.Voice, Drill: in.ring.Drill, LastKnown: in.cutOff}
	if c != nil {
		m.Person, m.Role, m.Device = c.person, c.alert.Role, ""
	}
	if c != nil && !in.cutOff {
		m.Alert = c.alert.ID
		if in.d.o.Link != nil && linked(l.Text) {
			m.Link = in.d.o.Link(in.ring, c.alert)
		}
	}
	zh, en, err := in.words(l, c)
	if err != nil {
		return m, err
	}
	m.ZH, m.EN = framed(zh, en, in.ring.Drill)
	return m, nil
}

// linked says whether a message has something to answer.
func linked(text string) bool {
	return text == textCall || text == textDuty || text == textRemind || text == textDoor
}

// framed puts the first words before those of a message.
func framed(zh, en string, drill bool) (string, string) {
	if drill {
		zh, en = drillZH+zh, drillEN+en
	}
	return dialZH + zh, dialEN + en
}

func (in *incident) words(l *kg.Letter, c *call) (zh, en string, err error) {
	switch l.Text {
	case textCall, textDuty, textRemind, textStandDown:
		zh, en = plain(l.Text, c.alert.Role, c.alert.Metres)
		return zh, en, nil
	case textDoor:
		door, err := in.door()
		if err != nil {
			return "", "", err
		}
		return fmt.Sprintf("请到%s。门口口令：%s。", door, c.alert.Word), fmt.Sprintf("Please go to %s. Word at the door: %s.", door, c.alert.Word), nil
	case textComing:
		return fmt.Sprintf("已有%d人前往，口令：%s。", in.yes(), in.wordList()), fmt.Sprintf("%d on the way, words at the door: %s.", in.yes(), in.wordList()), nil
	case textDial:
		return "情况紧急请立即拨打120。", "If it is urgent, dial 120 now.", nil
	}
	zh, en = in.view().told()
	return zh, en, nil
}

// Told is what the elder is told now, in both languages, as a message would say it.
func (r *Ring) Told() (zh, en string) {
	zh, en = r.told()
	return framed(zh, en, r.Drill)
}

func (r *Ring) told() (zh, en string) {
	zh, en = r.Status().words()
	if words := strings.Join(r.Words(), "、"); words != "" {
		zh, en = zh+"来人口令："+words+"。", en+" Words at the door: "+words+"."
	}
	return zh, en
}

// plain are the words of a message that needs no more than whom it asks, and how far away they are.
func plain(text string, role kg.AlertRole, metres int) (zh, en string) {
	switch text {
	case textCall:
		near := About50(metres)
		return fmt.Sprintf("约%d米处有邻居需要帮助，您能去吗？", near), fmt.Sprintf("A neighbour about %d m away needs help. Can you go?", near)
	case textRemind:
		return "爱心门铃仍在等待，请立即处理。", "The doorbell is still waiting. Please attend to it now."
	case textStandDown:
		return "已不再需要您前往，谢谢！", "You are no longer needed. Thank you!"
	}
	if role == kg.RoleContact || role == kg.RoleKeyholder {
		return "您登记联系的老人按响了爱心门铃，您能去吗？", "The elder whose contact or key holder you are has rung. Can you go?"
	}
	return "辖区内有爱心门铃响起，请接警处理。", "A doorbell in your area has rung. Please attend to it."
}

// About50 is a distance as strangers are told it: in steps of 50 m.
func About50(metres int) int { return max(50, (metres+25)/50*50) }

// wordList are the door words of those who are coming.
func (in *incident) wordList() string { return strings.Join(in.view().Words(), "、") }

// Words are the door words of those who are coming.
func (r *Ring) Words() []string {
	words := []string{}
	for _, a := range r.Alerts {
		if coming(a.State) && a.Word != "" {
			words = append(words, a.Word)
		}
	}
	return words
}

// door is where to go, in words.
func (in *incident) door() (string, error) {
	p, err := in.where()
	if err != nil {
		return "", err
	}
	var parts []string
	if b := p.building; b != nil {
		parts = append(parts, b.Address, b.Name)
	}
	if p.entrance != nil {
		parts = append(parts, p.entrance.Number)
	}
	if h := p.household; h != nil {
		if h.Floor != 0 {
			parts = append(parts, fmt.Sprintf("%d层", h.Floor))
		}
		parts = append(parts, h.Number)
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " "), nil
}

// Status is how a ring stands, as the elder is told.
type Status struct {
	State     kg.RingState `json:"state"`
	Called    int          `json:"called"`    // people who were called
	Coming    int          `json:"coming"`    // who have said yes
	There     int          `json:"there"`     // at the door
	Minutes   int          `json:"minutes"`   // until the first can be there; 0 where nobody is coming, or it is not known
	Ambulance bool         `json:"ambulance"` // was called
}

func (in *incident) Status() Status { return statusOf(in.ring, in.view().Alerts, in.now) }

// Status is how the ring stands now.
func (r *Ring) Status() Status { return statusOf(r.Ring, r.Alerts, r.Now) }

func statusOf(ring *kg.Ring, alerts []*kg.Alert, now time.Time) Status {
	s := Status{State: ring.State, Ambulance: ring.AmbulanceAt != ""}
	for _, a := range alerts {
		if a.Round != ring.Round {
			continue
		}
		s.Called++
		if a.State == kg.AlertArrived {
			s.There++
		}
		if !coming(a.State) || a.Role == kg.RoleDutyDesk {
			continue
		}
		s.Coming++
		if a.Seconds == 0 {
			continue
		}
		since := a.AnsweredAt
		if a.OnWayAt != "" {
			since = a.OnWayAt
		}
		left := time.Duration(a.Seconds)*time.Second - now.Sub(since.Time())
		if m := max(1, int(left/time.Minute)+1); s.Minutes == 0 || m < s.Minutes {
			s.Minutes = m
		}
	}
	return s
}

func (s Status) words() (zh, en string) {
	switch {
	case s.State == kg.RingClosed:
		return "本次呼叫已结束。", "This ring is over."
	case s.There > 0:
		return fmt.Sprintf("已有%d人到门口。", s.There), fmt.Sprintf("%d at the door.", s.There)
	case s.Coming > 0 && s.Minutes > 0:
		return fmt.Sprintf("已通知%d人，%d人正在赶来，约%d分钟。", s.Called, s.Coming, s.Minutes), fmt.Sprintf("%d called, %d coming, about %d min.", s.Called, s.Coming, s.Minutes)
	case s.Coming > 0:
		return fmt.Sprintf("已通知%d人，%d人正在赶来。", s.Called, s.Coming), fmt.Sprintf("%d called, %d coming.", s.Called, s.Coming)
	}
	return fmt.Sprintf("已通知%d人，暂无人应答，正在继续呼叫。", s.Called), fmt.Sprintf("%d called, nobody yet; more are being called.", s.Called)
}
