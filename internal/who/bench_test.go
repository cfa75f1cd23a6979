package who_test

import (
	"context"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"lintu/internal/who"
	"lintu/trust"
)

// BenchmarkAdmit is what finding out who calls costs a request.
func BenchmarkAdmit(b *testing.B) {
	path := b.TempDir() + "/keys.json"
	var key string
	err := who.ChangeKeys(context.Background(), path, func(keys []who.Key) ([]who.Key, error) {
		var k who.Key
		k, key = who.NewKey(who.Key{Roles: []trust.Role{trust.Analyst}, AllAreas: true})
		return append(keys, k), nil
	})
	if err != nil {
		b.Fatal(err)
	}
	j := &journal{}
	keys, err := who.OpenKeys(path, j.logger())
	if err != nil {
		b.Fatal(err)
	}
	issuer := newIssuer(b)
	options := who.IssuerOptions{URL: issuer.URL, Audience: "lintu", Algorithms: []string{"RS256", "ES256"}, Roles: "lintu_roles", Areas: "lintu_areas"}
	issuer.rotate("second", jose.ES256)
	clock := newClock()
	options.Now = clock.now
	desk := who.New(who.Options{Token: token, Keys: keys, Issuer: who.NewIssuer(options), Now: clock.now})
	for _, c := range []struct {
		name, credential string
		forget           time.Duration // between two requests
	}{
		{"token", token, 0}, {"key", key, 0}, {"jwt", issuer.token("first", nil), 0},
		{"jwt first seen, RS256", issuer.token("first", map[string]any{"exp": start.AddDate(100, 0, 0).Unix()}), time.Minute},
		{"jwt first seen, ES256", issuer.token("second", map[string]any{"exp": start.AddDate(100, 0, 0).Unix()}), time.Minute},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				clock.forward(c.forget)
				if _, err := desk.Admit(context.Background(), "192.0.2.1", c.credential); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
