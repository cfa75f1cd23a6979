package load

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Target is a server and the questions to put to it, in turn.
type Target struct {
	Addr   string   // host:port
	Path   string   // such as /graphql
	Bodies [][]byte // JSON, sent by POST
}

// Request is the whole of one request, as it goes over the wire.
func (t *Target) request(i int) []byte {
	body := t.Bodies[i%len(t.Bodies)]
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n", t.Path, t.Addr, len(body))
	b.Write(body)
	return b.Bytes()
}

// requests are all of the target's requests.
func (t *Target) requests() [][]byte {
	out := make([][]byte, len(t.Bodies))
	for i := range t.Bodies {
		out[i] = t.request(i)
	}
	return out
}

// answerLimit is the longest that one answer may take.
const answerLimit = time.Minute

// conn is one kept connection.
type conn struct {
	net  net.Conn
	in   *bufio.Reader
	body bytes.Buffer
}

func dial(ctx context.Context, addr string) (*conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{net: c, in: bufio.NewReaderSize(c, 64<<10)}, nil
}

func (c *conn) close() { _ = c.net.Close() }

// ask sends a request and reads its whole answer; the body is good until the next call.
func (c *conn) ask(request []byte) ([]byte, error) {
	if err := c.net.SetDeadline(time.Now().Add(answerLimit)); err != nil {
		return nil, err
	}
	if _, err := c.net.Write(request); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, err
	}
	c.body.Reset()
	_, err = io.Copy(&c.body, resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK || bytes.HasPrefix(c.body.Bytes(), []byte(`{"errors"`)) {
		return nil, fmt.Errorf("status %d: %.300s", resp.StatusCode, c.body.Bytes())
	}
	return c.body.Bytes(), nil
}

// Ask puts the question of the given number once.
func Ask(ctx context.Context, t *Target, i int) ([]byte, error) {
	c, err := dial(ctx, t.Addr)
	if err != nil {
		return nil, err
	}
	defer c.close()
	body, err := c.ask(t.request(i))
	return bytes.Clone(body), err
}
