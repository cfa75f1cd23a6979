package doorbell

import (
	"context"
	"testing"
	"time"
)

func TestOtherMovesWaitUntilNoPressIsUnderWay(t *testing.T) {
	p := precedence{patience: time.Hour}
	p.wait(t.Context()) // nobody presses
	first, second := p.press(), p.press()
	over := make(chan bool, 1)
	go func() {
		p.wait(t.Context())
		p.mu.Lock()
		defer p.mu.Unlock()
		over <- p.presses == 0
	}()
	first()
	second()
	if !<-over {
		t.Error("a move went on while a press was under way")
	}
	p.wait(t.Context()) // and again nobody does
}

func TestPressesKeepOtherMovesWaitingNoLongerThanTheirPatience(t *testing.T) {
	p := precedence{patience: time.Millisecond}
	defer p.press()()
	p.wait(t.Context())
	p.patience = time.Hour
	ended, stop := context.WithCancel(t.Context())
	stop()
	p.wait(ended)
}
