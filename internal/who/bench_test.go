package who_test

import (
	"context"
	"testing"

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
	desk := who.New(who.Options{Token: token, Keys: keys})
	for name, credential := range map[string]string{"token": token, "key": key} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := desk.Admit(context.Background(), "192.0.2.1", credential); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
