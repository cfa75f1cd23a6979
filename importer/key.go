package importer

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"lintu/kg"
)

// DefaultCodeScheme is the scheme of codes of divisions where nothing else is said: that of the statistical register.
const DefaultCodeScheme = "stat-12"

// ref names a node: by its id, or by its natural key. The parts of a key are those of its kind:
//
//	division:CODE                division:CODE/SCHEME
//	grid:CODE                    grid:DIVISION CODE/NAME         likewise all that have a code
//	entrance:BUILDING/NUMBER     household:BUILDING/NUMBER       BUILDING is a code, or DIVISION CODE/NAME
//	person:REGISTER NO           person:NAME/BIRTH DATE/HOUSEHOLD
//	doorbell:SERIAL
//
// A "/" or "\" inside a part has a "\" before it.
type ref struct {
	id    kg.ID
	kind  kg.Kind
	parts []string
	in    *ref // the container of the key, where it has one
}

// codeFields are the kind's own fields that make its natural key alone.
func codeFields(k kg.Kind) []*kg.Field {
	if k == kg.KindEntrance || k == kg.KindHousehold {
		return nil // the number counts inside the building only
	}
	fields := kg.FieldsOf(k)
	var keys []*kg.Field
	for i := range fields {
		if fields[i].Key {
			keys = append(keys, &fields[i])
		}
	}
	return keys
}

// containerOf is the kind inside which a key without a code is looked for.
func containerOf(k kg.Kind) kg.Kind {
	switch k {
	case kg.KindDivision, kg.KindDoorbell, kg.KindMeasure:
		return ""
	case kg.KindEntrance, kg.KindHousehold:
		return kg.KindBuilding
	case kg.KindPerson:
		return kg.KindHousehold
	}
	return kg.KindDivision
}

// parseRef reads a cell that names a node. Where otherwise is a kind, the cell may leave "kind:" out.
func parseRef(cell string, otherwise kg.Kind, scheme string) (*ref, bool) {
	cell = strings.TrimSpace(cell)
	if id, err := kg.ParseID("id", cell); err == nil {
		return &ref{id: id, kind: id.Kind()}, id.Kind() != ""
	}
	kind := otherwise
	if prefix, rest, ok := strings.Cut(cell, ":"); ok {
		if sub, err := parseSubject(prefix); err == nil && sub.kind != "" {
			kind, cell = sub.kind, rest
		}
	}
	if kind == "" || cell == "" {
		return nil, false
	}
	return keyRef(kind, splitKey(cell), scheme)
}

// splitKey cuts a key into its parts.
func splitKey(s string) []string {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			part.WriteByte(s[i])
		case s[i] == '/':
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(s[i])
		}
	}
	return append(parts, part.String())
}

// keyRef is the node of a kind with the parts of its key as a cell has them.
func keyRef(k kg.Kind, parts []string, scheme string) (*ref, bool) {
	if slices.Contains(parts, "") {
		return nil, false
	}
	n := len(parts)
	in := func(kind kg.Kind, outer []string, own ...string) (*ref, bool) {
		container, ok := keyRef(kind, outer, scheme)
		return &ref{kind: k, parts: own, in: container}, ok
	}
	switch k {
	case kg.KindDivision:
		if n == 1 {
			return &ref{kind: k, parts: []string{parts[0], scheme}}, true
		}
		return &ref{kind: k, parts: parts}, n == 2
	case kg.KindDoorbell, kg.KindMeasure:
		return &ref{kind: k, parts: parts}, n == 1
	case kg.KindEntrance, kg.KindHousehold:
		if n < 2 || n > 3 {
			return nil, false
		}
		return in(kg.KindBuilding, parts[:n-1], parts[n-1])
	case kg.KindPerson:
		switch {
		case n == 1:
			return &ref{kind: k, parts: parts}, true
		case n < 4:
			return nil, false
		}
		return in(kg.KindHousehold, parts[2:], parts[0], parts[1])
	}
	switch n {
	case 1:
		return &ref{kind: k, parts: parts}, true
	case 2:
		return in(kg.KindDivision, parts[:1], parts[1])
	}
	return nil, false
}

// natural is the natural key as ids are derived from it; container is the id of ref.in.
func (r *ref) natural(container kg.ID) []string {
	switch {
	case r.in == nil:
		return r.parts
	case r.kind == kg.KindPerson:
		return append(slices.Clone(r.parts), string(container))
	}
	return append([]string{string(container)}, r.parts...)
}

// digest stands for a natural key in memory: 128 bits.
type digest [16]byte

func digestOf(k kg.Kind, natural []string) digest {
	h := sha256.New()
	var length [4]byte
	for _, part := range append([]string{string(k)}, natural...) {
		binary.LittleEndian.PutUint32(length[:], uint32(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	var d digest
	copy(d[:], h.Sum(nil))
	return d
}
