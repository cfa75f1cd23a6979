package invite

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/kg"
	"lintu/store"
	"lintu/trust"
)

// secret is what nobody may read who has not said yes.
var secret = regexp.MustCompile(`长街|8号楼|901|陈奶奶|邻居<|女儿|13900000000|id="word"|id="door"|household_|person_|alert_|ring_`)

func TestBeforeAYesThePageShowsADistanceAndNothingPersonal(t *testing.T) {
	s := newScene(t)
	_, links := s.press()
	if len(links) != 2 {
		t.Fatalf("links are for %v", links)
	}
	for who, want := range map[string]string{"neighbour": "约200米处有邻居需要帮助", "daughter": "您登记联系的老人"} {
		body := s.page(links[who])
		if !strings.Contains(body, want) || !strings.Contains(body, "【演练】") || !strings.Contains(body, `href="tel:120"`) {
			t.Errorf("%s reads %s", who, body)
		}
		if found := secret.FindString(body); found != "" {
			t.Errorf("%s reads %q before saying yes", who, found)
		}
		if got := s.state(links[who]); got != kg.AlertSeen {
			t.Errorf("the alert of %s is %s after the page was opened", who, got)
		}
	}
}

func TestAfterAYesThePageShowsTheDoorAndTheWordUntilTheRingIsClosed(t *testing.T) {
	s := newScene(t)
	ring, links := s.press()
	path := links["neighbour"]
	word := regexp.MustCompile(`id="word">\d{4}<`)
	body := s.tap(path, "accept")
	for _, step := range []struct {
		button string
		state  kg.AlertState
	}{{"onMyWay", kg.AlertOnWay}, {"arrived", kg.AlertArrived}} {
		if !strings.Contains(body, "长街12号 8号楼 9层 901室") || !word.MatchString(body) {
			t.Fatalf("who said yes reads %s", body)
		}
		body = s.tap(path, step.button)
		if got := s.state(path); got != step.state {
			t.Errorf("after %s the alert is %s", step.button, got)
		}
	}
	if found := secret.FindString(s.page(links["daughter"])); found != "" {
		t.Errorf("another one's yes shows %q", found)
	}
	if _, err := s.bell.Close(t.Context(), ring.ID, kg.HelpGiven, "test"); err != nil {
		t.Fatal(err)
	}
	for who, path := range links {
		body := s.page(path)
		if found := secret.FindString(body); found != "" || !strings.Contains(body, "这次呼叫已结束") || strings.Contains(body, "<button") {
			t.Errorf("after the end %s reads %s", who, body)
		}
	}
}

func TestEveryButtonMovesTheAlertOnceAndAnEndedOneHasNone(t *testing.T) {
	for _, c := range []struct {
		buttons []string
		state   kg.AlertState
	}{
		{[]string{"decline"}, kg.AlertDeclined},
		{[]string{"accept", "withdraw"}, kg.AlertWithdrawn},
		{[]string{"accept", "onMyWay", "withdraw"}, kg.AlertWithdrawn},
		{[]string{"accept", "arrived", "handOver"}, kg.AlertHandedOver},
	} {
		s := newScene(t)
		_, links := s.press()
		path := links["neighbour"]
		for _, b := range c.buttons {
			form := url.Values{"form": {proofOn(s.page(path))}, "move": {b}}
			for range 2 { // an impatient finger
				if code, body, _ := s.ask(http.MethodPost, path, form); code != http.StatusSeeOther {
					t.Fatalf("%v: %s answers %d: %s", c.buttons, b, code, body)
				}
			}
		}
		if got := s.state(path); got != c.state {
			t.Errorf("after %v the alert is %s", c.buttons, got)
		}
		if body := s.page(path); strings.Contains(body, "<button") || secret.MatchString(body) {
			t.Errorf("after %v the page is %s", c.buttons, body)
		}
	}
}

func TestALinkThatWasNotMadeHereOpensNothingAndCostsNoVisit(t *testing.T) {
	s := newScene(t)
	_, links := s.press()
	path := links["neighbour"]
	good := strings.TrimPrefix(path, Path)
	other, err := NewLinks(store.Key{2}, "").Open(good, s.at)
	if !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("another installation opens %v", other)
	}
	bad := []string{"", "x", good[:len(good)-1], good + "A", strings.ToUpper(good), good[:40] + "\n" + good[40:]}
	for i := range good {
		c := byte('A')
		if good[i] == c {
			c = 'B'
		}
		bad = append(bad, good[:i]+string(c)+good[i+1:])
	}
	before := s.store.Total()
	for _, token := range bad {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if code, body, _ := s.ask(method, Path+url.PathEscape(token), url.Values{}); code != http.StatusNotFound || secret.MatchString(body) {
				t.Errorf("%s %q answers %d", method, token, code)
			}
		}
	}
	s.at = s.at.Add(Life)
	if code, _, _ := s.ask(http.MethodGet, path, nil); code != http.StatusGone {
		t.Errorf("after a day the link answers %d", code)
	}
	if n := s.store.Total() - before; n != 0 {
		t.Errorf("links that open nothing cost %d visits", n)
	}
	s.at = s.at.Add(-time.Second)
	s.page(path)
}

func TestAFormWithoutTheProofOfItsPageMovesNothing(t *testing.T) {
	s := newScene(t)
	_, links := s.press()
	path := links["neighbour"]
	mine, others := proofOn(s.page(path)), proofOn(s.page(links["daughter"]))
	for name, form := range map[string]url.Values{
		"none": {"move": {"accept"}}, "empty": {"move": {"accept"}, "form": {""}}, "another alert's": {"move": {"accept"}, "form": {others}},
		"a button that the page has not": {"move": {"handOver"}, "form": {mine}}, "no button": {"form": {mine}}, "too long": {"move": {"accept"}, "form": {strings.Repeat("A", 2000)}},
	} {
		code, _, _ := s.ask(http.MethodPost, path, form)
		if code != http.StatusForbidden && code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, code)
		}
		if got := s.state(path); got != kg.AlertSeen {
			t.Errorf("%s: the alert is %s", name, got)
		}
	}
}

func TestLookingMovesNothingButSeenAndFetchingAheadNotEvenThat(t *testing.T) {
	s := newScene(t)
	_, links := s.press()
	path := links["neighbour"]
	if code, body, _ := s.ask(http.MethodHead, path, nil); code != http.StatusOK || body != "" {
		t.Errorf("HEAD answers %d %q", code, body)
	}
	s.ask(http.MethodGet, path, nil, "Sec-Purpose", "prefetch")
	s.ask(http.MethodGet, path+"?move=accept", nil)
	s2 := s.state(path)
	if s2 != kg.AlertSeen {
		t.Errorf("the alert is %s", s2)
	}
	s = newScene(t)
	_, links = s.press()
	s.ask(http.MethodHead, links["neighbour"], nil)
	s.ask(http.MethodGet, links["neighbour"], nil, "Sec-Purpose", "prefetch")
	if got := s.state(links["neighbour"]); got != kg.AlertDelivered {
		t.Errorf("fetched ahead the alert is %s", got)
	}
	if code, _, h := s.ask(http.MethodPut, links["neighbour"], nil); code != http.StatusMethodNotAllowed || h.Get("Allow") == "" {
		t.Errorf("PUT answers %d", code)
	}
}

func TestAStalePageIsToldHowThingsStand(t *testing.T) {
	s := newScene(t)
	_, links := s.press()
	path := links["neighbour"]
	old := proofOn(s.page(path))
	s.tap(path, "accept")
	s.tap(path, "withdraw")
	code, body, _ := s.ask(http.MethodPost, path, url.Values{"form": {old}, "move": {"accept"}})
	if code != http.StatusConflict || !strings.Contains(body, "情况已有变化") || s.state(path) != kg.AlertWithdrawn || secret.MatchString(body) {
		t.Errorf("a stale yes answers %d, the alert is %s: %s", code, s.state(path), body)
	}
	s = newScene(t)
	ring, links := s.press()
	path = links["neighbour"]
	old = proofOn(s.page(path))
	if _, err := s.bell.Close(t.Context(), ring.ID, kg.FalseAlarm, "test"); err != nil {
		t.Fatal(err)
	}
	if code, body, _ := s.ask(http.MethodPost, path, url.Values{"form": {old}, "move": {"accept"}}); code != http.StatusConflict || !strings.Contains(body, "这次呼叫已结束") {
		t.Errorf("a yes after the end answers %d: %s", code, body)
	}
}

func TestAStoreThatIsAwayIsSaidWithoutInnerWords(t *testing.T) {
	s := newScene(t)
	_, links := s.press()
	proof := proofOn(s.page(links["neighbour"]))
	s.store.gone = true
	for _, form := range []url.Values{nil, {"form": {proof}, "move": {"accept"}}} {
		method := http.MethodGet
		if form != nil {
			method = http.MethodPost
		}
		code, body, h := s.ask(method, links["neighbour"], form, "Accept-Language", "en")
		if code != http.StatusServiceUnavailable || h.Get("Retry-After") == "" || strings.Contains(body, "bolt") || !strings.Contains(body, "dial 120") {
			t.Errorf("%s answers %d: %s", method, code, body)
		}
	}
}

func TestThePageSpeaksBothLanguagesRunsNoScriptAndFitsItsPolicy(t *testing.T) {
	s := newScene(t)
	_, links := s.press()
	path := links["neighbour"]
	for lang, want := range map[string]string{"?lang=en": "A neighbour about 200 m away", "?lang=zh": "约200米处"} {
		if body := s.page(path + lang); !strings.Contains(body, want) {
			t.Errorf("%s: %s", lang, body)
		}
	}
	_, body, h := s.ask(http.MethodGet, path, nil, "Accept-Language", "fr, en-GB;q=0.8, zh;q=0.5")
	if !strings.Contains(body, `<html lang="en">`) {
		t.Errorf("an English browser reads %s", body)
	}
	if strings.Contains(body, "<script") || regexp.MustCompile(`\son\w+=|\sstyle=|src=|https?://`).MatchString(body) {
		t.Errorf("the page has more than markup: %s", body)
	}
	_, after, _ := strings.Cut(body, "<style>")
	css, _, _ := strings.Cut(after, "</style>")
	sum := sha256.Sum256([]byte(css))
	if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, base64.StdEncoding.EncodeToString(sum[:])) || strings.Contains(csp, "script-src") || strings.Contains(csp, "unsafe") {
		t.Errorf("the policy is %s", csp)
	}
	if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "same-origin" {
		t.Errorf("the header is %v", h)
	}
	for key, text := range texts {
		if text.en == "" || text.zh == "" && key != "first" {
			t.Errorf("%s is said in one language only", key)
		}
	}
	for _, state := range kg.AlertStates.Names() {
		if texts["title."+state].zh == "" {
			t.Errorf("nothing is said of the state %s", state)
		}
	}
}

func TestLinksAreInMessagesThatAskForAnAnswerOnly(t *testing.T) {
	s := newScene(t)
	ring, links := s.press()
	s.tap(links["neighbour"], "accept")
	if _, err := s.bell.Close(t.Context(), ring.ID, kg.HelpGiven, "test"); err != nil {
		t.Fatal(err)
	}
	with := map[string]bool{}
	for _, m := range s.messages {
		with[m.Text] = m.Link != ""
		if m.Link != "" && strings.TrimPrefix(m.Link, "https://lintu.test") != links[s.Name(m.Person)] {
			t.Errorf("%s has another link in %s", s.Name(m.Person), m.Text)
		}
		if strings.Contains(m.ZH+m.EN, "https:") {
			t.Errorf("the words of %s hold a link, which groups read too", m.Text)
		}
	}
	want := map[string]bool{"call": true, "duty": true, "door": true, "coming": false, "status": false, "stand-down": false}
	for text, linked := range want {
		if got, sent := with[text]; sent && got != linked {
			t.Errorf("%s has a link: %v", text, got)
		}
	}
	if !with["call"] || !with["duty"] || !with["door"] {
		t.Errorf("links are in %v", with)
	}
}

// noting is a doorbell that notes on whose behalf it is asked.
type noting struct {
	Bell
	looks, moves []trust.Viewer
}

func (n *noting) Look(ctx context.Context, ring kg.ID) (*doorbell.Ring, error) {
	n.looks = append(n.looks, trust.From(ctx))
	return n.Bell.Look(ctx, ring)
}

func (n *noting) Door(ctx context.Context, ring kg.ID) (string, error) {
	n.moves = append(n.moves, trust.From(ctx))
	return n.Bell.Door(ctx, ring)
}

func (n *noting) Accept(ctx context.Context, alert kg.ID) (*doorbell.Ring, error) {
	n.moves = append(n.moves, trust.From(ctx))
	return n.Bell.Accept(ctx, alert)
}

func TestAPageIsShownOnBehalfOfThePersonWhoWasCalled(t *testing.T) {
	s := newScene(t)
	_, links := s.press()
	n := &noting{Bell: s.bell}
	s.pages = Handler(s.links, n, s.Now, slog.New(slog.DiscardHandler))
	s.tap(links["neighbour"], "accept")
	ticket, err := s.links.Open(strings.TrimPrefix(links["neighbour"], Path), s.at)
	if err != nil {
		t.Fatal(err)
	}
	if len(n.looks) == 0 || len(n.moves) != 2 {
		t.Fatalf("%d looks, %d moves", len(n.looks), len(n.moves))
	}
	for _, v := range slices.Concat(n.looks, n.moves) {
		if v.Name != "link:"+string(ticket.Alert) || !slices.Equal(v.Roles, []trust.Role{trust.Responder}) || v.Scope.All || len(v.Scope.Areas) > 0 || !v.Until.Equal(ticket.Until) {
			t.Errorf("on behalf of %+v", v)
		}
	}
	for _, v := range n.moves {
		if v.Person != s.ID("neighbour") {
			t.Errorf("the person is %q", v.Person)
		}
	}
}
