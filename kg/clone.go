package kg

import (
	"reflect"
	"unicode/utf8"
)

// Clone is a deep copy. Texts that are not UTF-8 are mended in it, as Encode mends them.
func Clone(n Node) Node {
	v := reflect.ValueOf(n).Elem()
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	if own(c.Elem()) {
		return c.Interface().(Node)
	}
	mended, err := Decode(n.Kind(), Encode(n))
	if err != nil {
		panic(err) // what Encode wrote can be read
	}
	*mended.Common() = *n.Common()
	return mended
}

// own gives a value that was copied its own memory wherever it leads to others'. It says false where it cannot: of text
// that is not UTF-8, and of what a node holds none of today.
func own(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return utf8.ValidString(v.String())
	case reflect.Pointer:
		if v.IsNil() {
			return true
		}
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(v.Elem())
		v.Set(c)
		return own(c.Elem())
	case reflect.Slice:
		if v.IsNil() {
			return true
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(c, v)
		v.Set(c)
		return ownEach(c)
	case reflect.Array:
		return ownEach(v)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); !f.CanSet() && !plain(f.Type()) || f.CanSet() && !own(f) {
				return false
			}
		}
		return true
	}
	return plain(v.Type())
}

func ownEach(list reflect.Value) bool {
	if plain(list.Type().Elem()) {
		return true
	}
	for i := range list.Len() {
		if !own(list.Index(i)) {
			return false
		}
	}
	return true
}

// plain says that values of a type are numbers or truths: they lead nowhere, and hold no text.
func plain(t reflect.Type) bool {
	return t.Kind() >= reflect.Bool && t.Kind() <= reflect.Complex128 && t.Kind() != reflect.Uintptr
}
