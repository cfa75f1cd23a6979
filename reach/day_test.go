package reach

import (
	"testing"
	"time"

	"lintu/kg"
	"lintu/store/storetest"
)

func TestTheViewOfTodayAndOfTheDayThatSoonBeginsIsThereBeforeSomebodyAsks(t *testing.T) {
	town := storetest.Village()
	st := storetest.NewOracle(storetest.Options{})
	if _, err := st.Apply(t.Context(), town.Batch()); err != nil {
		t.Fatal(err)
	}
	now := storetest.Today.Time(time.UTC).Add(23*time.Hour + 30*time.Minute)
	r := New(Options{Store: st, Location: time.UTC, Now: func() time.Time { return now }})
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	days := r.Snapshot().days
	for _, on := range []kg.Date{storetest.Today, storetest.Today + 1} {
		if days.find(on) == nil {
			t.Errorf("the view of %s is not made", on)
		}
	}
	still := New(Options{Store: st, Location: time.UTC})
	if err := still.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if still.Snapshot().days.find(storetest.Today) != nil {
		t.Error("a view is made that nobody has asked for")
	}
}
