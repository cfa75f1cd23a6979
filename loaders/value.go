package loaders

import (
	"encoding/json"
	"fmt"
	"strconv"

	"lintu/kg"
)

// Raw argument values come as gqlparser coerced them: int64, float64 or json.Number for numbers, string, bool,
// []any, map[string]any. The functions below read them; their first parameter names the argument in errors.

// MaxList is the longest list that an argument may give.
const MaxList = 500

// MaxText is the longest text that an argument may give, in bytes.
const MaxText = 1000

func argMap(args map[string]any, name string) map[string]any {
	m, _ := args[name].(map[string]any)
	return m
}

// ToText reads a text of at most MaxText bytes.
func ToText(argument string, v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", kg.Invalid(argument, fmt.Sprintf("%T", v), "a text")
	}
	if len(s) > MaxText {
		return "", kg.Invalid(argument, fmt.Sprintf("%d bytes long", len(s)), fmt.Sprintf("at most %d bytes", MaxText))
	}
	return s, nil
}

// ToInt reads a whole number.
func ToInt(argument string, v any) (int64, error) {
	switch v := v.(type) {
	case int:
		return int64(v), nil
	case int64:
		return v, nil
	case float64:
		if v == float64(int64(v)) {
			return int64(v), nil
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
	case string:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n, nil
		}
	}
	return 0, kg.Invalid(argument, "not a whole number", "a whole number")
}

// ToFloat reads a number; NaN and infinities are not representable in JSON.
func ToFloat(argument string, v any) (float64, error) {
	switch v := v.(type) {
	case int:
		return float64(v), nil
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return f, nil
		}
	}
	return 0, kg.Invalid(argument, "not a number", "a number")
}

// ToBool reads a truth value.
func ToBool(argument string, v any) (bool, error) {
	b, ok := v.(bool)
	if !ok {
		return false, kg.Invalid(argument, "not a truth value", "true, false")
	}
	return b, nil
}

// ToDate reads a day written as 2006-01-02.
func ToDate(argument string, v any) (kg.Date, error) {
	switch v := v.(type) {
	case kg.Date:
		return v, nil
	case *kg.Date:
		return *v, nil
	case string:
		if d, err := kg.ParseDate(v); err == nil {
			return d, nil
		}
	}
	return 0, kg.Invalid(argument, "not a date", "a day written as 2026-01-31")
}

// ToID reads an id by its form; it need not exist.
func ToID(argument string, v any) (kg.ID, error) {
	switch v := v.(type) {
	case string:
		return kg.ParseID(argument, v)
	case kg.ID:
		return kg.ParseID(argument, string(v))
	case json.Number:
		return kg.ParseID(argument, v.String())
	}
	return kg.ParseID(argument, fmt.Sprint(v))
}

// ToList reads a list; a single value stands for a list of one, as GraphQL allows.
func ToList[T any](argument string, v any, one func(string, any) (T, error)) ([]T, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	if len(list) > MaxList {
		return nil, kg.Invalid(argument, fmt.Sprintf("%d values", len(list)), fmt.Sprintf("at most %d values", MaxList))
	}
	out := make([]T, 0, len(list))
	for i, x := range list {
		t, err := one(fmt.Sprintf("%s[%d]", argument, i), x)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func toKinds(argument string, v any) ([]kg.Kind, error) {
	return ToList(argument, v, func(argument string, v any) (kg.Kind, error) {
		s, err := ToText(argument, v)
		if err == nil && !kg.Kind(s).Valid() {
			err = kg.Invalid(argument, s, "a value of the enum Kind")
		}
		return kg.Kind(s), err
	})
}
