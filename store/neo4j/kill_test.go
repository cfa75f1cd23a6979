package neo4j

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"lintu/internal/effort"
	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// mostKills bounds what one server is put through: a start after each takes 10 to 25 s.
const mostKills = 5

// staffed is how many people, each with a tie, a batch puts beside their unit.
const staffed = 100

// sentBatch is a unit with its staff, in one batch.
type sentBatch struct {
	store.Batch
	unit    *kg.Unit
	applied *store.Applied // nil: nobody knows
}

func newSentBatch(name string) *sentBatch {
	b := &sentBatch{unit: &kg.Unit{Base: kg.Base{ID: kg.NewID(kg.KindUnit)}, Name: name, Code: name}}
	b.ID = "kill:" + name
	b.Changes = append(b.Changes, store.Mutation{Op: store.PutNode, Node: b.unit})
	for i := range staffed {
		p := person(fmt.Sprint(name, "员", i))
		b.Changes = append(b.Changes, p, store.Mutation{Op: store.PutTie, Tie: &kg.Tie{ID: kg.NewTieID(), Relation: kg.WorksAt, From: p.Node.Common().ID, To: b.unit.ID}})
	}
	return b
}

// writeUntilItFails sends batches, in turn with and without an id that makes a retry safe, until one fails.
func writeUntilItFails(ctx context.Context, s *Store, name string, acknowledged chan<- bool) (sent []*sentBatch, err error) {
	for i := 0; err == nil; i++ {
		b := newSentBatch(fmt.Sprint(name, "批", i))
		if i%2 == 1 {
			b.ID = ""
		}
		sent = append(sent, b)
		if b.applied, err = s.Apply(ctx, &b.Batch); err == nil {
			acknowledged <- true
		}
	}
	return sent, err
}

func TestAServerKilledDuringWritesHoldsAllOrNothingOfEachBatchAndAllThatWasAcknowledged(t *testing.T) {
	server := neo4jtest.Own(t)
	s := fresh(t, server)
	const writers = 3
	for kill := range effort.Kills(t, 1, mostKills) {
		var mu sync.Mutex
		var sent []*sentBatch
		var wait sync.WaitGroup
		acknowledged := make(chan bool, 10000)
		for w := range writers {
			wait.Go(func() {
				own, err := writeUntilItFails(t.Context(), s, fmt.Sprint("杀", kill, "写", w), acknowledged)
				if !errors.Is(err, kg.ErrUnavailable) && !errors.Is(err, kg.ErrTimeout) {
					t.Errorf("writer %d: %v", w, err)
				}
				mu.Lock()
				defer mu.Unlock()
				sent = append(sent, own...)
			})
		}
		go func() {
			wait.Wait()
			close(acknowledged)
		}()
		for range 1 + rand.N(20) {
			<-acknowledged
		}
		time.Sleep(rand.N(100 * time.Millisecond)) // somewhere between two acknowledgements
		if err := server.Kill(t.Context()); err != nil {
			t.Fatal(err)
		}
		wait.Wait()
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		acked, standing := 0, 0
		for _, b := range sent {
			if b.applied != nil {
				acked++
			}
			if stands(t, s, b) {
				standing++
			}
		}
		t.Logf("kill %d: %d batches sent, %d acknowledged, %d stand", kill, len(sent), acked, standing)
		gapless(t, s)
		for _, b := range sent { // whoever does not know sends it again
			if b.applied == nil && b.ID != "" {
				var err error
				if b.applied, err = s.Apply(t.Context(), &b.Batch); err != nil {
					t.Errorf("%s sent again: %v", b.unit.Name, err)
				}
				stands(t, s, b)
			}
		}
	}
}

// stands says whether a batch is in the graph. It fails the test where a part of it is, or nothing of an acknowledged
// one, or where an index tells another story than the ties.
func stands(t testing.TB, s *Store, b *sentBatch) bool {
	t.Helper()
	staff := &store.Step{Key: "staff", Relation: kg.WorksAt, Direction: kg.In, Window: store.Window{Count: true}}
	got, err := s.Nodes(t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{b.unit.ID}, Plan: &store.Plan{Steps: []*store.Step{staff}}}})
	if err != nil {
		t.Fatal(err)
	}
	var people []kg.ID
	for _, c := range b.Changes[1:] {
		if c.Node != nil {
			people = append(people, c.Node.Common().ID)
		}
	}
	persons, err := s.Nodes(t.Context(), store.Everything, []store.Group{{IDs: people}})
	if err != nil {
		t.Fatal(err)
	}
	hits, err := s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query(b.unit.Name), Kinds: []kg.Kind{kg.KindUnit}, Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	item, ties := got[0][b.unit.ID], 0
	if item != nil {
		ties = item.Tree["staff"].Total
	}
	found := 0
	for _, h := range hits.Hits {
		if h.Item.Node.Common().ID == b.unit.ID {
			found++
		}
	}
	all := item != nil && ties == staffed && len(persons[0]) == staffed && found == 1
	nothing := item == nil && len(persons[0]) == 0 && found == 0
	if !all && !nothing || (b.applied != nil && !all) {
		t.Errorf("%s (acknowledged: %v): unit %v, %d ties, %d people, found %d times", b.unit.Name, b.applied != nil, item != nil, ties, len(persons[0]), found)
	}
	return all
}

// gapless looks at the journal: an entry for every revision up to the store's.
func gapless(t testing.TB, s *Store) {
	t.Helper()
	status, err := s.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changes, err := s.Changes(t.Context(), 0, int(status.Revision)+10)
	if err != nil || len(changes) != int(status.Revision) {
		t.Fatalf("%d entries for %d revisions, %v", len(changes), status.Revision, err)
	}
	for i, c := range changes {
		if c.Revision != store.Revision(i+1) {
			t.Errorf("entry %d is of revision %d", i, c.Revision)
		}
	}
}
