package httpapi_test

import (
	"runtime"
	"testing"

	"lintu/internal/httpapi"
)

func TestAServerHasTwiceTheProcessorsUnlessSomebodyDecides(t *testing.T) {
	t.Setenv("GOMAXPROCS", "")
	before := runtime.GOMAXPROCS(0)
	undo := httpapi.Processors()
	if now := runtime.GOMAXPROCS(0); now != 2*before {
		t.Errorf("%d processors, %d before", now, before)
	}
	undo()
	t.Setenv("GOMAXPROCS", "1")
	httpapi.Processors()()
	if now := runtime.GOMAXPROCS(0); now != before {
		t.Errorf("%d processors, %d before", now, before)
	}
}
