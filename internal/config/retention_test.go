package config

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestRetentionIsReadAsPeriodsOfClasses(t *testing.T) {
	c := load(t, nil, "--retention", "rings=30d, presence=1h", "--retention-at", "04:15")
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	want := map[string]time.Duration{"rings": 30 * 24 * time.Hour, "presence": time.Hour}
	if !reflect.DeepEqual(c.Retention, want) || c.RetentionAt == nil || *c.RetentionAt != 4*time.Hour+15*time.Minute {
		t.Errorf("got %v at %v", c.Retention, c.RetentionAt)
	}
	for text, reason := range map[string]string{
		"rings": "without a period", "rings=": "without a period", "rings=90": "not a period", "rings=d": "not a period", "rings=-1d": "not a period",
		"rings=90d,rings=80d": "twice", "rings=1.5d": "not a period",
	} {
		c := load(t, nil, "--retention", text)
		var invalid *Invalid
		if err := c.Validate(); !errors.As(err, &invalid) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
