package doorbell

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lintu/kg"
)

// Form is how a webhook writes a message.
type Form string

// The forms.
const (
	FormSigned   Form = "signed"   // JSON of all that a message holds, with a signature
	FormWeCom    Form = "wecom"    // the text for a group robot of WeCom 企业微信
	FormDingTalk Form = "dingtalk" // the text for a group robot of DingTalk 钉钉, signed by its rules
)

// Webhook hands messages over by HTTP. The receiver says by 2xx that a message has arrived (a group robot also by
// errcode 0); anything else is a failure, and the message is handed over again, with the same id, after a pause that
// grows. A group is never told a door, nor a person's link.
//
// Headers of the signed form: Lintu-Message is the id, Lintu-Time the second, and Lintu-Signature the HMAC-SHA256 of
// the second, a dot and the body under the secret, in hex.
type Webhook struct {
	address *url.URL
	form    Form
	secret  []byte
	clock   Clock
	client  *http.Client
}

// webhookPatience is how long a receiver may take.
const webhookPatience = 3 * time.Second

// NewWebhook makes one; the error is kg.ErrInvalid for an address or a form that is none.
func NewWebhook(address string, form Form, secret string, clock Clock) (*Webhook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, kg.Invalid("webhook", "is not an address", "http://HOST/PATH or https://HOST/PATH")
	}
	switch form {
	case FormSigned, FormDingTalk:
		if secret == "" {
			return nil, kg.Invalid("webhook", "without a secret", "a secret for its signatures")
		}
	case FormWeCom:
	default:
		return nil, kg.Invalid("webhook", fmt.Sprintf("no form is called %q", form), "signed, wecom, dingtalk")
	}
	w := &Webhook{address: u, form: form, secret: []byte(secret), clock: clock}
	w.client = &http.Client{Timeout: webhookPatience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return w, nil
}

// Drill implements Notifier: a receiver on this machine is that of a test.
func (w *Webhook) Drill() bool {
	host := w.address.Hostname()
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// Notify implements Notifier.
func (w *Webhook) Notify(ctx context.Context, m Message) error {
	if w.form != FormSigned && m.Text == textDoor {
		return fmt.Errorf("a group is not told a door: %w", kg.ErrForbidden)
	}
	req, err := w.request(ctx, m)
	if err != nil {
		return err
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return withoutAddress(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return fmt.Errorf("the receiver answered %d", resp.StatusCode)
	case err != nil:
		return fmt.Errorf("the receiver's answer: %w", err)
	case w.form != FormSigned:
		return robotAnswer(body)
	}
	return nil
}

// withoutAddress is an error without the receiver's address, which can hold a key.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return fmt.Errorf("the receiver is not reached: %w", u.Err)
	}
	return err
}

// robotAnswer reads what robots of both kinds answer.
func robotAnswer(body []byte) error {
	var a struct {
		Code *int   `json:"errcode"`
		Text string `json:"errmsg"`
	}
	if err := json.Unmarshal(body, &a); err != nil || a.Code == nil {
		return errors.New("the robot's answer has no errcode")
	}
	if *a.Code != 0 {
		return fmt.Errorf("the robot answered %d: %.100s", *a.Code, a.Text)
	}
	return nil
}

func (w *Webhook) request(ctx context.Context, m Message) (*http.Request, error) {
	now, address := w.clock.Now(), *w.address
	var content any
	if w.form == FormSigned {
		content = signedMessage(m)
	} else {
		content = map[string]any{"msgtype": "text", "text": map[string]string{"content": m.ZH + "\n" + m.EN}}
	}
	body, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	if w.form == FormDingTalk {
		millis := strconv.FormatInt(now.UnixMilli(), 10)
		q := address.Query()
		q.Set("timestamp", millis)
		q.Set("sign", base64.StdEncoding.EncodeToString(w.mac(millis+"\n"+string(w.secret))))
		address.RawQuery = q.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(body))
	if err != nil {
		return nil, withoutAddress(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if w.form == FormSigned {
		second := strconv.FormatInt(now.Unix(), 10)
		req.Header.Set("Lintu-Message", m.ID)
		req.Header.Set("Lintu-Time", second)
		req.Header.Set("Lintu-Signature", hex.EncodeToString(w.mac(second+"."+string(body))))
	}
	return req, nil
}

func (w *Webhook) mac(text string) []byte {
	h := hmac.New(sha256.New, w.secret)
	_, _ = io.Copy(h, strings.NewReader(text)) // a hash takes everything
	return h.Sum(nil)
}

// signedMessage is the body of the signed form.
type signedMessage struct {
	ID     string       `json:"id"`
	Text   string       `json:"text"`
	Ring   kg.ID        `json:"ring"`
	Alert  kg.ID        `json:"alert,omitempty"`
	Person kg.ID        `json:"person,omitempty"`
	Device kg.ID        `json:"device,omitempty"`
	Role   kg.AlertRole `json:"role,omitempty"`
	Voice  bool         `json:"voice"`
	Drill  bool         `json:"drill"`
	ZH     string       `json:"zh"`
	EN     string       `json:"en"`
	Link   string       `json:"link,omitempty"`

	LastKnown bool `json:"lastKnown,omitempty"`
}
