package records

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// MaxKey is the longest key of something created, in bytes.
const MaxKey = 100

// translation turns the changes of an edit into a batch of the store, one mutation a change.
type translation struct {
	records  *Records
	edit     *Edit
	batch    *store.Batch
	ids      []kg.ID
	keys     map[string]kg.ID // of what was created so far
	problems []Problem
	at       int // the change that is being translated
}

func (r *Records) translate(e *Edit) *translation {
	t := &translation{records: r, edit: e, keys: map[string]kg.ID{}}
	t.batch = &store.Batch{Today: e.Scope.Today, Scope: &e.Scope, Tell: true, UniqueKeys: true, Try: e.Try}
	if e.BatchID != "" {
		t.batch.ID = "edit/" + e.Editor + "/" + e.BatchID
		var err error
		if t.batch.Digest, err = digest(e.Changes); err != nil {
			t.problem("", kg.Invalid("changes", err.Error(), "changes"))
		}
	}
	for i := range e.Changes {
		t.at = i
		m := t.mutation(&e.Changes[i])
		t.batch.Changes = append(t.batch.Changes, m)
	}
	return t
}

// problem notes what is wrong with a field of the change; "" is the whole.
func (t *translation) problem(field string, err error) {
	t.problems = append(t.problems, Problem{Change: t.at, Path: t.edit.Changes[t.at].Path(t.at, field), Err: err})
}

func (t *translation) mutation(c *Change) store.Mutation {
	var m store.Mutation
	switch c.Op {
	case Create:
		m = t.create(c)
		t.ids = append(t.ids, m.Node.Common().ID)
	case Tie:
		m = t.tie(c)
		t.ids = append(t.ids, m.Tie.ID)
	default:
		m = t.onRecord(c)
		t.ids = append(t.ids, m.ID)
	}
	return m
}

func (t *translation) create(c *Change) store.Mutation {
	n := c.Kind.Def().New()
	n.Common().ID = t.newID(c.Kind)
	for _, s := range t.settings(c) {
		if err := kg.SetField(n, s); err != nil {
			t.problem(s.Field, err)
		}
	}
	if c.Key != "" {
		t.name(c.Key, n.Common().ID)
	}
	return store.Mutation{Op: store.PutNode, Node: n, Expect: store.MustNotExist}
}

// name lets later changes name what was created by a key.
func (t *translation) name(key string, id kg.ID) {
	_, taken := t.keys[key]
	_, notID := kg.ParseID("key", key)
	switch {
	case taken:
		t.problem("key", kg.Invalid("key", strconv.Quote(key)+" is the key of an earlier change", "a key of its own for each thing created"))
	case notID == nil:
		t.problem("key", kg.Invalid("key", strconv.Quote(key)+" has the form of an id", "a short name, such as home"))
	case len(key) > MaxKey || strings.TrimSpace(key) != key:
		t.problem("key", kg.Invalid("key", "too long, or with blanks around it", fmt.Sprintf("at most %d bytes", MaxKey)))
	default:
		t.keys[key] = id
	}
}

// newID is a random id; what an edit with an id creates gets the same ids when the edit is sent again.
func (t *translation) newID(k kg.Kind) kg.ID {
	if t.batch.ID == "" {
		return kg.NewID(k)
	}
	return kg.DeriveID(t.records.o.Key[:], k, t.batch.ID, t.batch.Digest, strconv.Itoa(t.at))
}

func (t *translation) newTieID() kg.ID {
	if t.batch.ID == "" {
		return kg.NewTieID()
	}
	_, token, _ := strings.Cut(string(t.newID(kg.KindPerson)), "_")
	return kg.ID("tie_" + token)
}

func (t *translation) tie(c *Change) store.Mutation {
	tie := &kg.Tie{ID: t.newTieID(), Relation: c.Relation, From: t.node("from", c.From), To: t.node("to", c.To)}
	for _, s := range t.settings(c) {
		if err := kg.SetTieField(tie, s); err != nil {
			t.problem(s.Field, err)
		}
	}
	return store.Mutation{Op: store.PutTie, Tie: tie, Expect: store.MustNotExist}
}

// ops are the store's operations on what is on record.
var ops = map[Op]store.Op{
	Alter: store.ChangeNode, End: store.EndNode, Delete: store.DeleteNode,
	AlterTie: store.ChangeTie, EndTie: store.EndTie, DeleteTie: store.DeleteTie,
}

func (t *translation) onRecord(c *Change) store.Mutation {
	m := store.Mutation{Op: ops[c.Op], Expect: c.Version, On: c.On}
	switch c.Op {
	case AlterTie, EndTie, DeleteTie:
		id, err := kg.ParseID("id", string(c.ID))
		if err == nil && id.Kind() != "" {
			err = kg.Invalid("id", fmt.Sprintf("the id of a %s", id.Kind()), "the id of a tie, as the edges of connections give it")
		}
		if err != nil {
			t.problem("id", err)
		}
		m.ID = id
	default:
		m.ID = t.node("id", c.ID)
		if c.Kind != "" && m.ID != "" && m.ID.Kind() != c.Kind {
			t.problem("id", kg.Invalid("id", fmt.Sprintf("the id of a %s", m.ID.Kind()), fmt.Sprintf("the id of a %s", c.Kind)))
		}
	}
	if c.Version < 1 {
		t.problem("version", kg.Invalid("version", strconv.FormatInt(c.Version, 10), "the version that an answer gave, 1 or more"))
	}
	m.Set = t.settings(c)
	return m
}

// node is the id that a reference stands for; empty, with a problem, where it stands for nothing.
func (t *translation) node(field string, r Ref) kg.ID {
	if id, ok := t.keys[string(r)]; ok {
		return id
	}
	id, err := kg.ParseID(field, string(r))
	if err != nil || id.Kind() == "" {
		t.problem(field, kg.Invalid(field, fmt.Sprintf("%.60q is neither the id of a node nor the key of something created before", r), "an id as answers give it, or the key of an earlier create"))
		return ""
	}
	return id
}

// settings are the change's, with references resolved.
func (t *translation) settings(c *Change) []kg.Setting {
	var out []kg.Setting
	for _, s := range c.Set {
		if f := kg.FieldOf(c.Kind, s.Field); f != nil && f.Kept {
			t.problem(s.Field, kg.Invalid(s.Field, "is kept by the program", "another field"))
			continue
		}
		v := s.Value
		switch value := v.(type) {
		case Ref:
			v = t.node(s.Field, value)
		case Refusals:
			v = t.refusals(s.Field, value)
		case kg.Date:
			if s.Field == "birthDate" && value > t.edit.Scope.Today {
				t.problem(s.Field, kg.Invalid(s.Field, value.String(), "a day up to today"))
			}
		}
		out = append(out, kg.Setting{Field: s.Field, Value: v})
	}
	return out
}

func (t *translation) refusals(field string, all Refusals) any {
	var out []kg.Refusal
	for i, r := range all {
		at := fmt.Sprintf("%s[%d].person", field, i)
		id := t.node(at, r.Person)
		if id != "" && id.Kind() != kg.KindPerson {
			t.problem(at, kg.Invalid(at, fmt.Sprintf("the id of a %s", id.Kind()), "the id of a PERSON"))
		}
		out = append(out, kg.Refusal{Person: id, Span: r.Span})
	}
	if out == nil {
		return nil
	}
	b, err := json.Marshal(out)
	if err != nil {
		t.problem(field, kg.Invalid(field, err.Error(), "people"))
	}
	return string(b)
}
