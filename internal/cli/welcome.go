package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"lintu/internal/term"
	"lintu/web"
)

// example is the question that a demo prints, short enough for a command line; its variables are those of the
// playground's question of the same id.
const (
	exampleID    = "unit-coverage"
	exampleQuery = "query($area: ID!, $at: DateTime, $radius: Meters) { unitCoverage(area: $area, at: $at, radius: $radius) " +
		"{ targets covered units(first: 3) { edges { node { title } memberCount targetsCovered onlyThisUnit } } } }"
)

// welcome prints where the demo is served and one question to begin with.
func (d *demo) welcome(ctx context.Context, addr net.Addr) error {
	out, paint := d.program.Stdout, term.NewPainter(d.program.Stdout)
	base := baseURL(addr)
	fmt.Fprintf(out, "\n%s is open. Everybody in it is made up (合成数据): names, telephone numbers, households.\n\n", paint.Bold("The town "+d.preset.Name()))
	if d.cfg.Playground {
		fmt.Fprintf(out, "  playground  %s\n", paint.Bold(base+"/playground"))
	}
	fmt.Fprintf(out, "  board       %s/board\n", base)
	fmt.Fprintf(out, "  graphql     %s/graphql\n  ready?      %s/readyz\n\n", base, base)
	if d.cfg.AsksWho() && d.cfg.Token == "" { // the program itself has no key to ask with
		fmt.Fprintf(out, "Callers show who they are: Authorization: Bearer KEY, of lintu key make. %s\n", paint.Dim("Ctrl-C ends it."))
		return nil
	}
	question, err := d.example(ctx, base)
	if err != nil {
		fmt.Fprintf(d.program.Stderr, "warning: no example question: %v\n", err)
		return nil
	}
	fmt.Fprintf(out, "One question to begin with, about %s:\n  %s\n  %s\n\n  %s\n\n", question.area, question.title, question.titleZH, question.curl)
	fmt.Fprintln(out, paint.Dim("Ctrl-C ends it."))
	return nil
}

// question is an example, ready to be pasted.
type question struct{ area, title, titleZH, curl string }

// example takes the place it is about from this town, by asking the server itself.
func (d *demo) example(ctx context.Context, base string) (question, error) {
	for _, q := range web.Questions() {
		if q.ID != exampleID {
			continue
		}
		data, err := d.ask(ctx, base, q.Prepare.Query)
		if err != nil {
			return question{}, err
		}
		found, err := q.Prepare.Find(data)
		if err != nil {
			return question{}, err
		}
		names, err := web.Prepare{Set: map[string]string{"title": "divisions.nodes.0.title"}}.Find(data)
		if err != nil {
			return question{}, err
		}
		for name, value := range q.Variables {
			found[name] = value
		}
		curl, err := d.curl(base, exampleQuery, found)
		return question{fmt.Sprint(names["title"]), q.TitleEN, q.TitleZH, curl}, err
	}
	return question{}, fmt.Errorf("the playground has no question %s", exampleID)
}

// curl is a question as a line for a shell.
func (d *demo) curl(base, query string, variables map[string]any) (string, error) {
	body, err := requestBody(query, variables)
	if err != nil {
		return "", err
	}
	token := ""
	if d.cfg.Token != "" {
		token = ` -H "Authorization: Bearer $(cat "$LINTU_TOKEN_FILE")"`
	}
	quoted := strings.ReplaceAll(strings.TrimSpace(string(body)), "'", `'\''`)
	return fmt.Sprintf("curl -s %s/graphql -H 'Content-Type: application/json'%s -d '%s'", base, token, quoted), nil
}

// ask sends a question to the server itself and returns the answer's data.
func (d *demo) ask(ctx context.Context, base, query string) (any, error) {
	body, err := requestBody(query, nil)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if d.cfg.Token != "" {
		req.Header.Set("Authorization", "Bearer "+d.cfg.Token.Reveal())
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // no proxy: it asks this process
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var answer struct {
		Data   any
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("the answer to %q cannot be read: %w", query, err)
	}
	if len(answer.Errors) > 0 {
		return nil, fmt.Errorf("the answer to %q is an error: %s", query, answer.Errors[0].Message)
	}
	return answer.Data, nil
}

func requestBody(query string, variables map[string]any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(map[string]any{"query": query, "variables": variables})
	return body.Bytes(), err
}

// baseURL is where this machine reaches a server that listens on addr.
func baseURL(addr net.Addr) string {
	host := addr.String()
	if at, err := netip.ParseAddrPort(host); err == nil && at.Addr().IsUnspecified() {
		host = fmt.Sprintf("127.0.0.1:%d", at.Port())
	}
	return "http://" + host
}
