package doorbell

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// A device shows a key: the id of its doorbell, a dot, and 32 random bytes in base64url. The store keeps the SHA-256
// of the whole text; what is drawn of 256 bits needs no slow hash.

// keyBytes is how many random bytes a key has.
const keyBytes = 32

// errDevice is the answer to a key that is none: it does not say whether the doorbell exists.
var errDevice = fmt.Errorf("the key is not that of a doorbell: %w", kg.ErrUnauthenticated)

// MakeKey gives a doorbell a new key, and gives it back, once. The one that it had is void from now on.
func (d *Doorbell) MakeKey(ctx context.Context, doorbell kg.ID) (string, error) {
	items, err := d.o.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: []kg.ID{doorbell}}})
	if err != nil {
		return "", err
	}
	if items[0][doorbell] == nil || doorbell.Kind() != kg.KindDoorbell {
		return "", fmt.Errorf("doorbell: %s: %w", doorbell, kg.ErrNotFound)
	}
	var b [keyBytes]byte
	if _, err := io.ReadFull(d.o.Random, b[:]); err != nil {
		return "", fmt.Errorf("doorbell: reading random numbers: %w", err)
	}
	key := string(doorbell) + "." + base64.RawURLEncoding.EncodeToString(b[:])
	_, err = d.o.Store.Apply(ctx, &store.Batch{Changes: []store.Mutation{
		{Op: store.ChangeNode, ID: doorbell, Set: []kg.Setting{{Field: "keyHash", Value: hashOf(key)}}},
	}})
	if err != nil {
		return "", err
	}
	return key, nil
}

func hashOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// bellOf is the doorbell that a key says it is of; the key itself is not checked by it.
func bellOf(key string) (kg.ID, error) {
	name, _, _ := strings.Cut(key, ".")
	id, err := kg.ParseID("key", name)
	if err != nil || id.Kind() != kg.KindDoorbell {
		return "", errDevice
	}
	return id, nil
}

// shows says whether a key is the one whose hash is on record. It takes the same time whatever the key is.
func shows(key, hash string) bool {
	same := subtle.ConstantTimeCompare([]byte(hashOf(key)), []byte(hash)) == 1
	return same && hash != ""
}

// installed asks for the household where a doorbell is.
var installed = &store.Plan{Steps: []*store.Step{
	{Key: "at", On: []kg.Kind{kg.KindDoorbell}, Relation: kg.InstalledAt, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}},
}}

// eventRing asks for the ring of an entry of a timeline.
var eventRing = &store.Plan{Steps: []*store.Step{
	{Key: "of", On: []kg.Kind{kg.KindRingEvent}, Relation: kg.EventOf, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}},
}}

// RingOf is a ring for the device that shows a key: one of its own, or of the household where it is installed today.
// What it is asked by is the id of the ring, or of a press of it. Another's ring is kg.ErrNotFound.
func (d *Doorbell) RingOf(ctx context.Context, key string, id kg.ID) (*Ring, error) {
	if r, err := d.ringCutOff(key, id, "", nil); r != nil || err != nil {
		return r, err
	}
	bell, household, err := d.device(ctx, key)
	if err != nil {
		return nil, err
	}
	ring, err := d.ringByHandle(ctx, id)
	if err != nil {
		return nil, err
	}
	in, err := d.load(ctx, ring, "device")
	switch {
	case err != nil:
		return nil, err
	case in.device != bell && in.household != household:
		return nil, fmt.Errorf("%s: %w", id, kg.ErrNotFound)
	}
	return in.view(), nil
}

// device is the doorbell of a key, with the household where it is installed today, "" for none.
func (d *Doorbell) device(ctx context.Context, key string) (bell, household kg.ID, err error) {
	if bell, err = bellOf(key); err != nil {
		return "", "", err
	}
	items, err := d.o.Store.Nodes(ctx, d.view(d.clock.now()), []store.Group{{IDs: []kg.ID{bell}, Plan: installed}})
	if err != nil {
		return "", "", err
	}
	hash := ""
	item := items[0][bell]
	if item != nil {
		hash = item.Node.(*kg.Doorbell).KeyHash
	}
	if !shows(key, hash) {
		return "", "", errDevice
	}
	for _, e := range item.Tree["at"].Edges {
		household = e.Tie.To
	}
	return bell, household, nil
}

// ringByHandle is the ring that an id means: its own, or that of a press of it.
func (d *Doorbell) ringByHandle(ctx context.Context, id kg.ID) (kg.ID, error) {
	if id.Kind() != kg.KindRingEvent {
		return id, nil
	}
	items, err := d.o.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: []kg.ID{id}, Plan: eventRing}})
	if err != nil {
		return "", err
	}
	if ring := ringOfEntry(items[0][id]); ring != "" {
		return ring, nil
	}
	return "", fmt.Errorf("%s: %w", id, kg.ErrNotFound)
}

// ringOfEntry is the ring of an entry of a timeline that was read with eventRing; "" without one.
func ringOfEntry(entry *store.Item) kg.ID {
	if entry != nil {
		for _, e := range entry.Tree["of"].Edges {
			return e.Tie.To
		}
	}
	return ""
}

// CancelBy and AmbulanceBy are Cancel and CallAmbulance by the device that shows a key.
func (d *Doorbell) CancelBy(ctx context.Context, key string, id kg.ID) (*Ring, error) {
	if r, err := d.ringCutOff(key, id, "cancelRing", (*incident).cancel); r != nil || err != nil {
		return r, err
	}
	return d.byDevice(ctx, key, id, d.Cancel)
}

// AmbulanceBy keeps the fact that an ambulance was called, as the elder's device says.
func (d *Doorbell) AmbulanceBy(ctx context.Context, key string, id kg.ID) (*Ring, error) {
	if r, err := d.ringCutOff(key, id, "callAmbulance", (*incident).ambulance); r != nil || err != nil {
		return r, err
	}
	return d.byDevice(ctx, key, id, func(ctx context.Context, ring kg.ID) (*Ring, error) { return d.CallAmbulance(ctx, ring, "device") })
}

func (d *Doorbell) byDevice(ctx context.Context, key string, id kg.ID, move func(context.Context, kg.ID) (*Ring, error)) (*Ring, error) {
	r, err := d.RingOf(ctx, key, id)
	if err != nil {
		return nil, err
	}
	return move(ctx, r.ID)
}

// pressID is the id of the timeline's entry of a press that has a name: the same press makes one entry, however often
// it comes.
func (d *Doorbell) pressID(p Press) kg.ID {
	return kg.DeriveID(d.o.Key[:], kg.KindRingEvent, "press", string(p.Doorbell), string(p.Household), p.Name)
}
