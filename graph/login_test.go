package graph_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"lintu/graph/wire"
	"lintu/kg"
)

func TestASocketThatIsNotLetInIsToldWhetherToComeBack(t *testing.T) {
	o := options(t)
	var refusal error
	var stated [2]string
	o.Sockets = wire.SocketOptions{Login: func(ctx context.Context, _, purpose, reason string) (context.Context, error) {
		stated = [2]string{purpose, reason}
		return ctx, refusal
	}}
	s := served(t, o)
	for _, c := range []struct {
		err  error
		code int
	}{
		{kg.Invalid("X-Lintu-Purpose", "no purpose", ""), 4400},
		{fmt.Errorf("the issuer: %w", kg.ErrUnavailable), 1013},
		{fmt.Errorf("the key: %w", kg.ErrUnauthenticated), 4403},
		{fmt.Errorf("the token: %w", kg.ErrForbidden), 4403},
		{errors.New("anything else"), 4403},
	} {
		refusal = c.err
		client := dial(t, s, "graphql-transport-ws")
		client.say(`{"type":"connection_init","payload":{"purpose":"break-glass","reason":"门内有人呼救"}}`)
		if code := client.closed(); code != c.code {
			t.Errorf("%v: closed with %d, want %d", c.err, code, c.code)
		}
		if stated != [2]string{"break-glass", "门内有人呼救"} {
			t.Errorf("stated were %q", stated)
		}
	}
}

func TestASocketIsClosedWhenItsViewersTimeIsOver(t *testing.T) {
	o := options(t)
	var over context.CancelFunc
	o.Sockets = wire.SocketOptions{Login: func(ctx context.Context, _, _, _ string) (context.Context, error) {
		ctx, over = context.WithCancel(ctx)
		return ctx, nil
	}}
	c := greeted(t, served(t, o))
	c.ask("1", counting)
	c.hear("next", "1")
	c.hear("complete", "1")
	over()
	if code := c.closed(); code != 4403 {
		t.Errorf("closed with %d", code)
	}
}
