package store_test

import (
	"errors"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
)

// Whatever a client sends as a cursor is refused as bad input, or is one that was given for the question.
func FuzzCursor(f *testing.F) {
	c := store.NewCursors(store.Key{1})
	question := store.Question("people", `{"where":{"retired":true}}`)
	for _, p := range []store.Position{{Value: "wang2 xiu4 lan2", ID: "person_aaaaaaaaaaaaaaaaaaaaaaaa"}, {Value: int64(-7), ID: "tie_bbbbbbbbbbbbbbbbbbbbbbbb"}, {Value: "", ID: ""}} {
		f.Add(c.Seal(question, kg.MustDate("2026-03-04"), p))
	}
	for _, s := range []string{"", "abc", "§", "====", strings.Repeat("A", 5000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		p, date, err := c.Open("after", question, cursor)
		if err != nil {
			if !errors.Is(err, kg.ErrInvalid) || !strings.HasPrefix(err.Error(), "after: ") {
				t.Fatalf("%q: %v", cursor, err)
			}
			return
		}
		if again := c.Seal(question, date, p); again != cursor {
			t.Fatalf("%q opens as %+v of %v, whose cursor is %q", cursor, p, date, again)
		}
		if _, _, err := c.Open("after", store.Question("units"), cursor); err == nil {
			t.Fatalf("%q is taken for another question", cursor)
		}
	})
}

// What is sealed is what is opened, and nobody but the key's holder opens it.
func FuzzSealedPosition(f *testing.F) {
	f.Add("王秀兰", int64(0), "person_aaaaaaaaaaaaaaaaaaaaaaaa", int64(739000), true)
	f.Add("", int64(-1), "", int64(0), false)
	f.Add("\x00\xff\u2028", int64(1<<62), "§", int64(-1), true)
	f.Fuzz(func(t *testing.T, text string, number int64, id string, day int64, isText bool) {
		day = 1 + (day&0x7fffffff)%int64(kg.MustDate("9999-12-31")) // the days that there are
		p := store.Position{Value: any(number), ID: kg.ID(strings.ToValidUTF8(id, "?"))}
		if isText {
			p.Value = strings.ToValidUTF8(text, "?") // nothing else is ever stored
		}
		c, question := store.NewCursors(store.Key{1}), store.Question(text)
		sealed := c.Seal(question, kg.Date(day), p)
		got, date, err := c.Open("after", question, sealed)
		if err != nil || got != p || date != kg.Date(day) {
			t.Fatalf("%+v of %d opens as %+v of %d, %v", p, day, got, date, err)
		}
		if _, _, err := store.NewCursors(store.Key{2}).Open("after", question, sealed); err == nil {
			t.Fatal("a cursor of another installation is taken")
		}
	})
}
