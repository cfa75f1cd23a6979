package sqlite

import (
	"testing"

	"pgregory.net/rapid"
)

// TestATableOfDigestsIsAMap compares it with one, on digests that often want the same place, at the end of the table too.
func TestATableOfDigestsIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d digests[int]
		want := map[uint64]int{}
		digest := rapid.OneOf(rapid.Uint64Range(1, 40), rapid.Uint64Range(1<<64-40, 1<<64-1), rapid.Uint64())
		for step := range rapid.IntRange(0, 3000).Draw(t, "steps") {
			key := digest.Draw(t, "digest")
			if key == 0 {
				key = 1 // stands for both
			}
			if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
				d.drop(key)
				delete(want, key)
				continue
			}
			d.put(key, step)
			want[key] = step
		}
		if d.size() != len(want) {
			t.Fatalf("%d digests, not %d", d.size(), len(want))
		}
		for key, v := range want {
			if got, known := d.get(key); !known || got != v {
				t.Fatalf("%d has %d, %v; not %d", key, got, known, v)
			}
		}
		for range 50 {
			key := max(1, digest.Draw(t, "another"))
			v, known := d.get(key)
			if _, held := want[key]; known != held || v != want[key] {
				t.Fatalf("%d has %d, %v", key, v, known)
			}
		}
	})
}
