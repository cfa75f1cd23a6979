package device_test

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/doorbell/device"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// street is a door with a doorbell, another door with one, and three neighbours.
type street struct {
	*storetest.Fixture
	*doorbell.Doorbell
	t     *testing.T
	store *storetest.Oracle
	web   *httptest.Server
	key   string // of "bell"
	start time.Time
	at    time.Duration
}

func (s *street) Now() time.Time         { return s.start.Add(s.at) }
func (s *street) Elapsed() time.Duration { return s.at }

func newStreet(t *testing.T) *street {
	s := &street{Fixture: storetest.NewFixture(), t: t, store: storetest.NewOracle(storetest.Options{}), start: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}
	s.Add("community", &kg.Division{Name: "社区", Level: kg.LevelCommunity})
	for i, name := range []string{"house", "next"} {
		s.Add(name, &kg.Building{Name: name, Point: &geo.Point{Lat: 23.12 + float64(i)*60/geo.EarthRadius*180/math.Pi, Lon: 113.24}})
		s.Tie(name, kg.PartOf, "community")
	}
	for _, door := range []string{"home", "other"} {
		s.Add(door, &kg.Household{Number: door})
		s.Tie(door, kg.PartOf, "house")
		s.Add(door+" bell", &kg.Doorbell{Serial: "S-" + door, Status: kg.DoorbellActive})
		s.Tie(door+" bell", kg.InstalledAt, door)
	}
	for _, name := range []string{"n1", "n2", "n3"} {
		s.Add(name, &kg.Person{Name: name, BirthDate: kg.MustDate("1980-05-05"), Responder: &kg.Responder{
			Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}, Weekly: strings.Repeat("H", kg.WeekSlots)}})
		s.Add("flat "+name, &kg.Household{Number: name})
		s.Tie("flat "+name, kg.PartOf, "next")
		s.Tie(name, kg.LivesIn, "flat "+name)
	}
	if _, err := s.store.Apply(t.Context(), s.Batch()); err != nil {
		t.Fatal(err)
	}
	snapshot, err := reach.Build(t.Context(), reach.Options{Store: s.store})
	if err != nil {
		t.Fatal(err)
	}
	s.Doorbell, err = doorbell.New(doorbell.Options{Store: s.store, Snapshot: func() *reach.Snapshot { return snapshot }, Clock: s, Process: "test"})
	if err != nil {
		t.Fatal(err)
	}
	s.key = s.newKey("home bell")
	s.web = httptest.NewServer(device.New(device.Options{Doorbell: s.Doorbell, Fail: fail}))
	t.Cleanup(s.web.Close)
	return s
}

// fail writes the error's kind, as the server's own form does with a code.
func fail(w http.ResponseWriter, _ *http.Request, err error) {
	for status, kind := range map[int]error{400: kg.ErrInvalid, 401: kg.ErrUnauthenticated, 404: kg.ErrNotFound, 409: kg.ErrConflict, 429: kg.ErrLimit, 503: kg.ErrUnavailable} {
		if errors.Is(err, kind) {
			http.Error(w, err.Error(), status)
			return
		}
	}
	http.Error(w, err.Error(), http.StatusInternalServerError)
}

func (s *street) newKey(bell string) string {
	s.t.Helper()
	key, err := s.MakeKey(s.t.Context(), s.ID(bell))
	if err != nil {
		s.t.Fatal(err)
	}
	return key
}

// send makes a request with a key in its header, where there is one, and reads the answer.
func (s *street) send(method, path, key, kind, body string) (int, device.Answer, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.web.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var text strings.Builder
	var a device.Answer
	if err := json.NewDecoder(readInto(&text, resp)).Decode(&a); err != nil && resp.StatusCode == http.StatusOK {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, a, text.String()
}

const form, jsonBody = "application/x-www-form-urlencoded", "application/json"

func TestAPressOfADeviceMakesARingAndTellsWhatHappensNext(t *testing.T) {
	s := newStreet(t)
	status, a, text := s.send("POST", "/v1/ring", s.key, "", "")
	if status != 200 || a.Ring.Kind() != kg.KindRing || !a.Drill || a.State != kg.RingOpen || a.Presses != 1 {
		t.Fatalf("%d %s", status, text)
	}
	if a.Wave == nil || a.Wave.Called != 3 || a.Called != 3 || a.Now != kg.MomentOf(s.start) || a.CancelUntil != kg.MomentOf(s.start.Add(10*time.Second)) {
		t.Errorf("%s", text)
	}
	if len(a.Deadlines) == 0 || a.Deadlines[0].DueAt <= a.Now {
		t.Errorf("the deadlines are not ahead: %s", text)
	}
	for i := 1; i < len(a.Deadlines); i++ {
		if a.Deadlines[i].DueAt < a.Deadlines[i-1].DueAt {
			t.Errorf("the deadlines are not in order: %v", a.Deadlines)
		}
	}
	if !strings.HasPrefix(a.ZH, "有生命危险先拨120。【演练】已通知3人") || !strings.HasPrefix(a.EN, "Life in danger: dial 120 first. [DRILL] 3 called, nobody yet") {
		t.Errorf("the elder hears %q, %q", a.ZH, a.EN)
	}
	if strings.Contains(text, "n1") || strings.Contains(text, "person_") {
		t.Errorf("a person is named: %s", text)
	}
	if kept := nodeOf[*kg.Ring](s, a.Ring); kept.State != kg.RingOpen || !kept.Drill {
		t.Errorf("the ring is not stored: %+v", kept)
	}
}

func TestTheKeyMayComeInABodyOfJSONOrOfAForm(t *testing.T) {
	s := newStreet(t)
	_, first, text := s.send("POST", "/v1/ring", "", jsonBody, `{"key":"`+s.key+`","firmware":"7"}`)
	status, second, _ := s.send("POST", "/v1/ring", "", form, "key="+s.key)
	if status != 200 || first.Ring == "" || second.Ring != first.Ring || second.Presses != 2 {
		t.Errorf("%d %s", status, text)
	}
}

func TestAPressThatIsSentAgainUnderItsNameCountsOnce(t *testing.T) {
	s := newStreet(t)
	_, first, _ := s.send("POST", "/v1/ring", s.key, jsonBody, `{"press":"7f3a-1"}`)
	_, again, _ := s.send("POST", "/v1/ring", s.key, form, "press=7f3a-1")
	_, other, _ := s.send("POST", "/v1/ring", s.key, form, "press=7f3a-2")
	if first.Ring == "" || again.Ring != first.Ring || again.Presses != 1 || other.Ring != first.Ring || other.Presses != 2 {
		t.Errorf("%+v\n%+v\n%+v", first, again, other)
	}
	if _, err := s.Close(t.Context(), first.Ring, kg.FalseAlarm, ""); err != nil {
		t.Fatal(err)
	}
	_, late, _ := s.send("POST", "/v1/ring", s.key, form, "press=7f3a-1")
	if late.Ring != first.Ring || late.State != kg.RingClosed || !strings.Contains(late.EN, "over") {
		t.Errorf("the same press made another ring: %+v", late)
	}
}

func TestWhatIsNoPressIsRefusedAndMakesNoRing(t *testing.T) {
	s := newStreet(t)
	forged := s.key[:len(s.key)-1] + "~"
	for name, c := range map[string]struct {
		key, kind, body string
		want            int
	}{
		"no key":                 {"", "", "", 401},
		"a forged key":           {forged, "", "", 401},
		"no key but the id":      {string(s.ID("home bell")), "", "", 401},
		"of a doorbell without":  {string(s.ID("other bell")) + ".", "", "", 401},
		"of no doorbell":         {string(kg.NewID(kg.KindDoorbell)) + s.key[strings.Index(s.key, "."):], "", "", 401},
		"of a person":            {string(s.ID("n1")) + ".x", "", "", 401},
		"200 bytes and one more": {s.key, jsonBody, `{"press":"1"}` + strings.Repeat(" ", device.MaxBody), 429},
		"JSON that is none":      {s.key, jsonBody, `{"press":`, 400},
		"a form that is none":    {s.key, form, "press=%zz", 400},
		"a press without a name": {s.key, jsonBody, `{"press":"a b"}`, 400},
	} {
		if status, _, text := s.send("POST", "/v1/ring", c.key, c.kind, c.body); status != c.want {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if page, err := s.store.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindRing, Window: store.Window{Limit: 1}}); err != nil || len(page.Edges) != 0 {
		t.Errorf("there is a ring: %v", err)
	}
}

func TestANewKeyMakesTheOldOneVoidAndOnlyHashesAreKept(t *testing.T) {
	s := newStreet(t)
	old, now := s.key, s.newKey("home bell")
	if status, _, _ := s.send("POST", "/v1/ring", old, "", ""); status != 401 {
		t.Errorf("the old key: %d", status)
	}
	if status, _, text := s.send("POST", "/v1/ring", now, "", ""); status != 200 {
		t.Errorf("the new key: %d %s", status, text)
	}
	_, secret, _ := strings.Cut(now, ".")
	if kept := string(kg.Encode(nodeOf[*kg.Doorbell](s, s.ID("home bell")))); len(secret) != 43 || strings.Contains(kept, secret) || !strings.Contains(kept, "keyHash") {
		t.Errorf("kept is %s", kept)
	}
}

func TestADeviceSeesTheRingsOfItsOwnDoorOnly(t *testing.T) {
	s := newStreet(t)
	_, a, _ := s.send("POST", "/v1/ring", s.key, "", "")
	elsewhere := s.newKey("other bell")
	for _, path := range []string{"", "/cancel", "/ambulance"} {
		method := "POST"
		if path == "" {
			method = "GET"
		}
		if status, _, text := s.send(method, "/v1/ring/"+string(a.Ring)+path, elsewhere, "", ""); status != 404 {
			t.Errorf("%q: %d %s", path, status, text)
		}
	}
	help, err := s.Press(t.Context(), doorbell.Press{Household: s.ID("other")}) // somebody calls help to the other door
	if err != nil {
		t.Fatal(err)
	}
	if status, got, text := s.send("GET", "/v1/ring/"+string(help.ID), elsewhere, "", ""); status != 200 || got.Ring != help.ID {
		t.Errorf("%d %s", status, text)
	}
}

func TestTheElderHearsWhoIsComingWithTheWordsForTheDoor(t *testing.T) {
	s := newStreet(t)
	_, a, _ := s.send("POST", "/v1/ring", s.key, "", "")
	path := "/v1/ring/" + string(a.Ring)
	waited := make(chan device.Answer, 1)
	go func() {
		_, now, _ := s.send("GET", path+"?wait=50&after="+itoa(a.Version), s.key, "", "")
		waited <- now
	}()
	s.accept("n2")
	now := <-waited
	for now.Coming == 0 { // the waiting may have begun with what was recorded of the messages before
		_, now, _ = s.send("GET", path+"?wait=50&after="+itoa(now.Version), s.key, "", "")
	}
	if now.State != kg.RingAcknowledged || now.Minutes < 1 || len(now.Words) != 1 || len(now.Words[0]) != 4 || !strings.Contains(now.ZH, now.Words[0]) {
		t.Errorf("%+v", now)
	}
	status, later, _ := s.send("GET", path, s.key, "", "")
	if status != 200 || later.Version < now.Version || later.Coming != 1 {
		t.Errorf("%d %+v", status, later)
	}
}

func TestTheElderCancelsWithinTheTimeForItAndCallsAnAmbulance(t *testing.T) {
	s := newStreet(t)
	_, a, _ := s.send("POST", "/v1/ring", s.key, "", "")
	path := "/v1/ring/" + string(a.Ring)
	if status, got, text := s.send("POST", path+"/ambulance", s.key, "", ""); status != 200 || !got.Ambulance {
		t.Errorf("%d %s", status, text)
	}
	s.at += 9 * time.Second
	if status, got, text := s.send("POST", path+"/cancel", "", form, "key="+s.key); status != 200 || got.State != kg.RingClosed {
		t.Errorf("%d %s", status, text)
	}
	if status, _, text := s.send("POST", path+"/ambulance", s.key, "", ""); status != 409 {
		t.Errorf("%d %s", status, text)
	}
	_, b, _ := s.send("POST", "/v1/ring", s.key, "", "")
	s.at += 11 * time.Second
	if status, _, text := s.send("POST", "/v1/ring/"+string(b.Ring)+"/cancel", s.key, "", ""); status != 409 || !strings.Contains(text, "over") {
		t.Errorf("%d %s", status, text)
	}
}

func TestAnAddressThatDevicesDoNotHaveNamesThoseThatTheyHave(t *testing.T) {
	s := newStreet(t)
	for _, c := range [][2]string{{"GET", "/v1/ring"}, {"POST", "/v1/rings"}, {"GET", "/v1/ring/x"}, {"GET", "/v1/ring/" + string(s.ID("home"))}, {"GET", "/v1/ring/" + string(kg.NewID(kg.KindRing)) + "?wait=51"}} {
		if status, _, text := s.send(c[0], c[1], s.key, "", ""); status != 400 {
			t.Errorf("%s: %d %s", c, status, text)
		}
	}
}

func TestADeviceSaysThatItLivesAndTestsItsWayWithoutCallingAnybody(t *testing.T) {
	s := newStreet(t)
	for _, c := range [][2]string{{jsonBody, `{"battery":61}`}, {form, "battery=62"}} {
		status, _, text := s.send("POST", "/v1/heartbeat", s.key, c[0], c[1])
		if status != 200 || !strings.Contains(text, `"heardAt":"2026-03-04T12:00:00.000Z"`) || !strings.Contains(text, `"check":false`) {
			t.Errorf("%d %s", status, text)
		}
	}
	if bell := nodeOf[*kg.Doorbell](s, s.ID("home bell")); bell.Battery != 62 {
		t.Errorf("%+v", bell)
	}
	status, a, text := s.send("POST", "/v1/ring", s.key, form, "test=1")
	if status != 200 || a.State != kg.RingClosed || a.Called != 0 {
		t.Errorf("%d %s", status, text)
	}
	if bell := nodeOf[*kg.Doorbell](s, s.ID("home bell")); bell.TestedAt == "" {
		t.Errorf("%+v", bell)
	}
	for _, c := range [][3]string{{"/v1/heartbeat", form, "battery=full"}, {"/v1/heartbeat", jsonBody, `{"battery":101}`}, {"/v1/ring", form, "test=perhaps"}} {
		if status, _, text := s.send("POST", c[0], s.key, c[1], c[2]); status != 400 {
			t.Errorf("%s: %d %s", c[2], status, text)
		}
	}
	if status, _, _ := s.send("POST", "/v1/heartbeat", s.key+"x", "", ""); status != 401 {
		t.Errorf("a forged key: %d", status)
	}
}
