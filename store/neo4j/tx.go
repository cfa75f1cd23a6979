package neo4j

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"strings"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
	"lintu/store"
)

// tx is a write transaction that holds the revision lock: what store.Run reads. Write is in apply.go.
type tx struct {
	tx       driver.ExplicitTransaction
	keep     int64 // journal entries
	revision store.Revision
	demo     string                 // that the store is marked as
	result   *store.Applied         // of the batch's id, if it was applied before
	batch    string                 // the id that result is about
	key      store.Key              // the installation's
	ids      map[string]kg.ID       // that are derived from the keys of the batch's ties
	derived  map[kg.ID]kg.Relation  // of the batch's ties that have such an id
	ledger   *ledger                // of a load; nil: everything is looked for
	absent   bool                   // indexes are
	load     string                 // the name of the load that fills the store, or filled it
	created  map[kg.ID]int64        // numbers of the nodes that the batch created, with a ledger
	rows     func() map[kg.ID][]any // of the batch's nodes, where they are worked out ahead
	ahead    *flight                // the batch before, whose commit may be on its way; nil: the lock is held
	written  *store.Writes
}

var (
	_ store.Tx    = (*tx)(nil)
	_ store.Ahead = (*tx)(nil)
)

func newTx(t driver.ExplicitTransaction, s *Store, b *store.Batch) *tx {
	out := &tx{tx: t, keep: s.journal, batch: b.ID, key: s.key, ids: map[string]kg.ID{}, derived: map[kg.ID]kg.Relation{}, created: map[kg.ID]int64{}}
	for _, m := range b.Changes {
		if m.Tie != nil && out.derives(m.Tie) {
			out.derived[m.Tie.ID] = m.Tie.Relation
		}
	}
	return out
}

// begin takes the revision lock, so that revisions have no gaps and come in the order of commit, and so that two
// writers never wait for each other in a circle.
func begin(ctx context.Context, t driver.ExplicitTransaction, s *Store, b *store.Batch) (*tx, error) {
	out := newTx(t, s, b)
	if err := out.lock(ctx); err != nil {
		return nil, err
	}
	out.ledger = s.load.ledgerAt(out.revision, out.load)
	if out.absent && !out.beginsLoad(b) && (out.ledger == nil || b.State == store.StateReady || b.Forget) {
		return nil, errDeferred
	}
	return out, nil
}

// beginsLoad says that a batch does nothing but begin a large load of an empty store, in which there is nothing to be found.
func (t *tx) beginsLoad(b *store.Batch) bool {
	return t.revision == 0 && b.State == store.StateLoading && b.Coming >= deferFrom && len(b.Changes) == 0
}

// lock takes the revision lock and reads what the meta node says, and the result of the batch's id.
func (t *tx) lock(ctx context.Context) error {
	row, err := t.run(ctx, "MATCH (m:"+metaLabel+" {name: 'lintu'}) SET m.locked = true WITH m OPTIONAL MATCH (b:"+batchLabel+" {id: $batch}) RETURN m.revision, m.demo, b.result, m."+propDeferred+", m."+propLoad,
		params{"batch": t.batch})
	if err != nil {
		return err
	}
	if row == nil {
		return fmt.Errorf("neo4j: the database holds no Lintu; open it again: %w", kg.ErrUnavailable)
	}
	t.revision, t.demo, t.load = store.Revision(asInt(row[0])), asText(row[1]), asText(row[4])
	t.absent, _ = row[3].(bool)
	if done := asText(row[2]); done != "" {
		if err := json.Unmarshal([]byte(done), &t.result); err != nil {
			return fmt.Errorf("neo4j: result of batch %s: %w", t.batch, err)
		}
	}
	return nil
}

// derives says whether a tie's id is the one that is derived from its key.
func (t *tx) derives(tie *kg.Tie) bool { return t.idOfKey(tie.Key()) == tie.ID }

func (t *tx) idOfKey(key string) kg.ID {
	id, known := t.ids[key]
	if !known {
		id = kg.TieIDOfKey(t.key[:], key)
		t.ids[key] = id
	}
	return id
}

// run sends one statement and gives the values of its one record.
func (t *tx) run(ctx context.Context, statement string, p params) ([]any, error) {
	result, err := t.tx.Run(ctx, "CYPHER replan=skip "+statement, p)
	if err != nil {
		return nil, err
	}
	return only(ctx, result)
}

// list is run for statements that answer with one collected list.
func (t *tx) list(ctx context.Context, statement string, p params) ([]any, error) {
	row, err := t.run(ctx, statement, p)
	if err != nil || row == nil {
		return nil, err
	}
	return asList(row[0]), nil
}

// Result implements store.Tx.
func (t *tx) Result(_ context.Context, batchID string) (*store.Applied, error) {
	if batchID != t.batch {
		return nil, fmt.Errorf("neo4j: this transaction is of another batch")
	}
	return t.result, nil
}

// Head implements store.Tx.
func (t *tx) Head(context.Context) (store.Revision, string, error) { return t.revision, t.demo, nil }

// Nodes implements store.Tx.
func (t *tx) Nodes(ctx context.Context, ids []kg.ID) (map[kg.ID]kg.Node, error) {
	at := t.atNodes(ids)
	if at == nil {
		return map[kg.ID]kg.Node{}, nil
	}
	if t.ahead != nil {
		return nil, errOvertaken
	}
	rows, err := t.list(ctx, t.matchNodes("n")+"RETURN collect(["+nodeColumns("n")+"])", at)
	if err != nil {
		return nil, err
	}
	out := make(map[kg.ID]kg.Node, len(rows))
	for _, row := range rows {
		n, err := decodeNode(asList(row))
		if err != nil {
			return nil, err
		}
		out[n.Common().ID] = n
	}
	return out, nil
}

// Keyed implements store.Tx.
func (t *tx) Keyed(ctx context.Context, kind kg.Kind, field string, values []string) (map[string][]kg.ID, error) {
	if err := t.overtaken(); err != nil {
		return nil, err
	}
	rows, err := t.list(ctx, "MATCH (n:"+label(kind)+") USING INDEX n:"+label(kind)+"("+field+") WHERE n."+field+" IN $values WITH n ORDER BY n.id RETURN collect([n."+field+", n.id])", params{"values": values})
	out := make(map[string][]kg.ID, len(rows))
	for _, row := range rows {
		value := asText(asList(row)[0])
		out[value] = append(out[value], kg.ID(asText(asList(row)[1])))
	}
	return out, err
}

// Exist implements store.Tx.
func (t *tx) Exist(ctx context.Context, ids []kg.ID) (map[kg.ID]bool, error) {
	created, others := t.flying(ids)
	out := make(map[kg.ID]bool, len(ids))
	for _, id := range created {
		out[id] = true
	}
	at := t.atNodes(others)
	if at == nil {
		return out, nil
	}
	rows, err := t.list(ctx, t.matchNodes("n")+"RETURN collect(n.id)", at)
	for _, id := range rows {
		out[kg.ID(asText(id))] = true
	}
	return out, err
}

// byRelation writes one branch for each relation; each takes its own list of parameters, which may be empty. It is
// one text, so that it is planned once and costs one message, whatever relations a batch is about.
func byRelation(branch string) string {
	branches := make([]string, len(kg.Relations))
	for i, d := range kg.Relations {
		branches[i] = strings.ReplaceAll(branch, "REL", string(d.Relation))
	}
	return "CALL () { " + strings.Join(branches, " UNION ALL ") + " } RETURN collect(found)"
}

var (
	tiesByID  = byRelation("MATCH (a)-[t:REL]->(b) USING INDEX t:REL(id) WHERE t.id IN $REL RETURN [" + wholeTie("t", "a", "b") + "] AS found")
	idsOfKeys = byRelation("MATCH ()-[t:REL]->() USING INDEX t:REL(key) WHERE t.key IN $REL RETURN [t.key, t.id] AS found")
	ownKeys   = byRelation("MATCH ()-[t:REL]->() USING INDEX t:REL(id) WHERE t.id IN $REL AND t.key IS NULL RETURN [t.id, t.id] AS found")
)

// Ties implements store.Tx. The id of an imported tie is derived from its key, which begins with its relation, so it
// is no other relation's; others are looked for in every one.
func (t *tx) Ties(ctx context.Context, ids []kg.ID) (map[kg.ID]*kg.Tie, error) {
	if ids = perhaps(t.ledger, (*ledger).tieSet, ids); len(ids) == 0 {
		return map[kg.ID]*kg.Tie{}, nil
	}
	if err := t.overtaken(); err != nil {
		return nil, err
	}
	p := params{}
	for _, d := range kg.Relations {
		in := []string{}
		for _, id := range ids {
			if own := t.derived[id]; own == "" || own == d.Relation {
				in = append(in, string(id))
			}
		}
		p[string(d.Relation)] = in
	}
	rows, err := t.list(ctx, tiesByID, p)
	if err != nil {
		return nil, err
	}
	ties, err := decodeTies(rows)
	out := make(map[kg.ID]*kg.Tie, len(ties))
	for i := range ties {
		out[ties[i].ID] = &ties[i]
	}
	return out, err
}

func decodeTies(rows []any) ([]kg.Tie, error) {
	out := make([]kg.Tie, 0, len(rows))
	for _, row := range rows {
		t, err := decodeWholeTie(asList(row))
		if err != nil {
			return nil, err
		}
		out = append(out, *t)
	}
	return out, nil
}

// TieKeys implements store.Tx. A tie holds a key by its digest, or by the id that is derived from it; of the batch's
// own ties with such ids Run knows what they hold.
func (t *tx) TieKeys(ctx context.Context, keys []string) (map[string]kg.ID, error) {
	if keys = perhaps(t.ledger, (*ledger).keySet, keys); len(keys) == 0 {
		return map[string]kg.ID{}, nil
	}
	if err := t.overtaken(); err != nil {
		return nil, err
	}
	digests, ids, keyOf := params{}, params{}, make(map[string]string, 2*len(keys))
	others := false
	for _, d := range kg.Relations {
		digests[string(d.Relation)], ids[string(d.Relation)] = []string{}, []string{}
	}
	for _, key := range keys {
		relation, _, _ := strings.Cut(key, "\x1f")
		digest, id := keyDigest(key), t.idOfKey(key)
		digests[relation], keyOf[digest] = append(digests[relation].([]string), digest), key
		if t.derived[id] == "" {
			ids[relation], keyOf[string(id)], others = append(ids[relation].([]string), string(id)), key, true
		}
	}
	out := map[string]kg.ID{}
	for _, ask := range []struct {
		statement string
		p         params
		needed    bool
	}{{idsOfKeys, digests, len(keys) > 0}, {ownKeys, ids, others}} {
		if !ask.needed {
			continue
		}
		rows, err := t.list(ctx, ask.statement, ask.p)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[keyOf[asText(asList(row)[0])]] = kg.ID(asText(asList(row)[1]))
		}
	}
	return out, nil
}

// keyDigest stands for a tie's key in the database: 120 bits, a quarter of the key's length.
func keyDigest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return digestCoding.EncodeToString(sum[:15])
}

var digestCoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// TiesFrom implements store.Tx.
func (t *tx) TiesFrom(ctx context.Context, ids []kg.ID, relations []kg.Relation) ([]kg.Tie, error) {
	return t.ties(ctx, t.matchNodes("a")+"MATCH (a)-[t:"+types(relations)+"]->(b)", ids)
}

// TiesTo implements store.Tx.
func (t *tx) TiesTo(ctx context.Context, ids []kg.ID, relations []kg.Relation) ([]kg.Tie, error) {
	return t.ties(ctx, t.matchNodes("b")+"MATCH (b)<-[t:"+types(relations)+"]-(a)", ids)
}

func (t *tx) ties(ctx context.Context, match string, ids []kg.ID) ([]kg.Tie, error) {
	at := t.atNodes(ids)
	if at == nil {
		return nil, nil
	}
	if t.ahead != nil {
		return nil, errOvertaken
	}
	rows, err := t.list(ctx, match+" RETURN collect(["+wholeTie("t", "a", "b")+"])", at)
	if err != nil {
		return nil, err
	}
	return decodeTies(rows)
}

// tiesAt finds the ties that start at, end at or refer to a node.
var tiesAt = func() string {
	branches := []string{"MATCH (a:" + nodeLabel + " {id: $id})-[t]->(b) RETURN t, a, b", "MATCH (b:" + nodeLabel + " {id: $id})<-[t]-(a) RETURN t, a, b"}
	for _, d := range kg.Relations {
		if d.RefKind != "" {
			branches = append(branches, "MATCH (a)-[t:"+string(d.Relation)+" {ref: $id}]->(b) RETURN t, a, b")
		}
	}
	return "CALL () { " + strings.Join(branches, " UNION ") + " } RETURN collect([" + wholeTie("t", "a", "b") + "])"
}()

// TiesAt implements store.Tx.
func (t *tx) TiesAt(ctx context.Context, id kg.ID) ([]kg.Tie, error) {
	if err := t.overtaken(); err != nil {
		return nil, err
	}
	rows, err := t.list(ctx, tiesAt, params{"id": string(id)})
	if err != nil {
		return nil, err
	}
	return decodeTies(rows)
}

// Areas implements store.Tx.
func (t *tx) Areas(ctx context.Context, ids []kg.ID) (map[kg.ID][]kg.AreaSpan, error) {
	created, others := t.flying(ids)
	out := make(map[kg.ID][]kg.AreaSpan, len(ids))
	for _, id := range created {
		out[id] = t.ahead.areas[id]
	}
	at := t.atNodes(others)
	if at == nil {
		return out, nil
	}
	rows, err := t.list(ctx, t.matchNodes("n")+"WHERE n."+propAreas+" IS NOT NULL RETURN collect([n.id, n."+propAreas+", n."+propAreasFrom+", n."+propAreasTo+"])", at)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		r := asList(row)
		out[kg.ID(asText(r[0]))] = decodeSpans(r[1], r[2], r[3])
	}
	return out, nil
}
