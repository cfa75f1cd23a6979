package kg

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"lintu/geo"
)

// Text is the field's value as files and reports write it, "" where it is absent: text and enum values as they are,
// numbers in decimal, "true", days as 2006-01-02, and lists, points and structures as JSON in a fixed form. A zero
// number and "false" are absent values.
func (f *Field) Text(n Node) string {
	switch v := f.Get(n).(type) {
	case string:
		return v
	case int64:
		if f.Type == Day {
			return Date(v).String()
		}
		return intText(v)
	case bool:
		return boolText(v)
	case []Flag:
		if len(v) == 0 {
			return ""
		}
		return jsonText(v)
	case *geo.Point:
		if v == nil {
			return ""
		}
		return jsonText(v)
	}
	return ""
}

// SetText sets the field from what Text writes; "" clears it. Flags may also be given as values without dates,
// separated by semicolons. The error is an InvalidError that names the field and what is allowed; values that have
// the right form and are still not allowed are Validate's to refuse.
func (f *Field) SetText(n Node, s string) error {
	v, err := f.parse(s)
	if err != nil {
		return Invalid(f.Name, err.Error(), f.Type.form())
	}
	if err := f.set(n, v); err != nil {
		return Invalid(f.Name, err.Error(), f.Type.form())
	}
	return nil
}

func (f *Field) parse(s string) (any, error) {
	switch f.Type {
	case Int:
		return parseInt(s)
	case Bool:
		return parseBool(s)
	case Day:
		d, err := parseDay(s)
		return int64(d), err
	case Flags:
		return parseFlags(s)
	case Spot:
		if s == "" {
			return (*geo.Point)(nil), nil
		}
		p := new(geo.Point)
		err := strictJSON(s, p)
		return p, err
	}
	return s, nil
}

// form is what may stand in a cell of a field of the type.
func (t FieldType) form() string {
	switch t {
	case Int:
		return "a whole number"
	case Bool:
		return "true or false"
	case Day:
		return "a day written as 2026-01-31"
	case Flags:
		return `values separated by semicolons, or JSON such as [{"value":"DISABLED","validFrom":"2024-01-01"}]`
	case Spot:
		return `JSON such as {"lat":29.7,"lon":112.4}`
	case Data:
		return "JSON of the field's form"
	}
	return "text"
}

// Text is the field's value as Field.Text writes it; instants are in RFC 3339, with the offset that they were given.
func (f *TieField) Text(t *Tie) string {
	if f.instant != nil {
		if at := *f.instant(t); !at.IsZero() {
			return at.Format(time.RFC3339Nano)
		}
		return ""
	}
	switch v := f.get(t).(type) {
	case string:
		return v
	case bool:
		return boolText(v)
	case int64:
		if f.Type == Day {
			return Date(v).String()
		}
		return intText(v)
	}
	return ""
}

// SetText sets the field from what Text writes; "" clears it. The error is an InvalidError.
func (f *TieField) SetText(t *Tie, s string) error {
	err := f.setText(t, s)
	if err != nil {
		return Invalid(f.Name, err.Error(), f.form())
	}
	return nil
}

func (f *TieField) setText(t *Tie, s string) error {
	if f.instant != nil {
		at, err := parseInstant(s)
		*f.instant(t) = at
		return err
	}
	var v any = s
	var err error
	switch f.Type {
	case Int:
		v, err = parseInt(s)
	case Bool:
		v, err = parseBool(s)
	case Day:
		var d Date
		d, err = parseDay(s)
		v = int64(d)
	case Data:
		if s != "" {
			err = strictJSON(s, new([]Duty)) // hours are the only structure that ties carry
		}
	}
	if err != nil {
		return err
	}
	return f.set(t, v)
}

func (f *TieField) form() string {
	if len(f.Values) > 0 {
		return strings.Join(f.Values, ", ")
	}
	switch f.Name {
	case "hours":
		return `JSON such as [{"weekday":1,"from":"08:00","to":"12:00"}]`
	case "startsAt", "endsAt":
		return "an instant written as 2026-01-31T08:00:00+08:00"
	}
	return f.Type.form()
}

func intText(v int64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatInt(v, 10)
}

func boolText(v bool) string {
	if v {
		return "true"
	}
	return ""
}

func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("kg: writing %T: %v", v, err)) // plain data; Validate refuses NaN
	}
	return string(b)
}

func parseInt(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	v, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number in range", clip(s))
	}
	return v, nil
}

func parseBool(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "", "false", "0", "no", "否":
		return false, nil
	case "true", "1", "yes", "是":
		return true, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", clip(s))
}

func parseDay(s string) (Date, error) {
	if s == "" {
		return 0, nil
	}
	d, err := ParseDate(s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date", clip(s))
	}
	return d, nil
}

func parseFlags(s string) ([]Flag, error) {
	var flags []Flag
	if strings.HasPrefix(strings.TrimSpace(s), "[") {
		if err := strictJSON(s, &flags); err != nil {
			return nil, err
		}
	} else {
		for value := range strings.SplitSeq(s, ";") {
			if value = strings.TrimSpace(value); value != "" {
				flags = append(flags, Flag{Value: value})
			}
		}
	}
	if len(flags) == 0 {
		return nil, nil
	}
	return flags, nil
}

func parseInstant(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not an instant", clip(s))
	}
	return t, nil
}

// strictJSON decodes one JSON value into v and refuses unknown members and anything behind the value.
func strictJSON(s string, v any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(s)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("is not JSON of its form: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("has something behind its JSON")
	}
	return nil
}
