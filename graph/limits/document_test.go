package limits

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lintu/kg"
)

func TestADocumentIsMeasuredAsItIsWrittenAndSpread(t *testing.T) {
	d := Default().Document
	aliases := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "a%d: x ", i)
		}
		return b.String()
	}
	names := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "x%d ", i)
		}
		return b.String()
	}
	below := func(n int, inside string) string { return strings.Repeat("f { ", n) + inside + strings.Repeat(" }", n) }
	for _, c := range []struct {
		name, text, limit string
		asked             int
	}{
		{"tokens to the limit", "{ a { " + names(995) + "} }", "", 0},
		{"a token more", "{ a { " + names(997) + "} }", TokenLimit, 1001},
		{"depth to the limit", "{ " + below(11, "x") + " }", "", 0},
		{"a level more", "{ " + below(12, "x") + " }", DepthLimit, 13},
		{"depth through inline fragments", "{ ... on Query { " + below(12, "... { x }") + " } }", DepthLimit, 13},
		{"depth through a fragment", "{ " + below(8, "...F") + " } fragment F on T { " + below(4, "x") + " }", DepthLimit, 13},
		{"connections do not count", "{ " + below(10, "edges { node { nodes { x } } }") + " }", "", 0},
		{"but at the root they do", "{ node { " + below(11, "x") + " } }", DepthLimit, 13},
		{"the schema's own description is deeper", "{ __schema { " + below(20, "x") + " } }", "", 0},
		{"no other field is the schema's", "{ a { __schema { " + below(11, "x") + " } } }", DepthLimit, 14},
		{"aliases to the limit", "{ a { " + aliases(30) + "} }", "", 0},
		{"an alias more", "{ a { " + aliases(31) + "} }", AliasLimit, 31},
		{"an alias that is the name is none", "{ a { " + strings.Repeat("x: x ", 100) + "} }", "", 0},
		{"aliases of a fragment count where it is spread", "{ a { ...F } b { ...F } c { ...F } } fragment F on T { " + aliases(11) + " }", AliasLimit, 33},
		{"root fields to the limit", "{ a b c d e f g h i j }", "", 0},
		{"a root field more", "{ a b c d e f g h i j k }", RootLimit, 11},
		{"the same root field again and again", "{ " + strings.Repeat("a ", 11) + "}", RootLimit, 11},
		{"root fields of fragments", "{ ...F ...F ... { a } } fragment F on Query { a b c d e }", RootLimit, 11},
		{"directives to the limit", "{ a" + strings.Repeat(" @x", 20) + " }", "", 0},
		{"a directive more, anywhere", "query($v: Int @x) @x { a @x { ...F @x ... @x { b } } } fragment F on T @x { c" + strings.Repeat(" @x", 15) + " }", DirectiveLimit, 21},
		{"the largest operation counts", "query A { a } query B { " + below(12, "x") + " }", DepthLimit, 13},
		{"fields that repeat each other", "{ a { " + strings.Repeat("x ", 300) + "} }", "", 0},
		{"too often", "{ a { " + strings.Repeat("x ", 350) + "} }", repeatLimit, maxRepeats + 1},
		{"too often in fragments", "{ a { ...F ...G ... { " + strings.Repeat("x ", 120) + "} } } fragment F on T { " + strings.Repeat("x ", 120) + "} fragment G on T { " + strings.Repeat("x ", 120) + "}", repeatLimit, maxRepeats + 1},
		{"too often below fields that repeat each other", "{ a { " + strings.Repeat("b { x x x } ", 120) + "} }", repeatLimit, maxRepeats + 1},
		{"so many fragments", "{ a { " + strings.ReplaceAll(names(350), "x", "...x") + "} }", repeatLimit, maxRepeats + 1},
		{"a name that no schema has", "{ " + strings.Repeat("x", 201) + " }", nameLimit, 201},
		{"a fragment that is spread nowhere", "{ a } fragment F on T { " + below(20, "x") + " }", "", 0},
		{"fragments inside themselves", "{ ...F } fragment F on Query { a ...G } fragment G on Query { b ...F }", "", 0},
		{"no GraphQL", "{ a ", "", 0},
		{"nothing", "", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := d.Check(c.text)
			if c.limit == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var e *Exceeded
			if !errors.As(err, &e) || !errors.Is(err, kg.ErrLimit) {
				t.Fatalf("got %v", err)
			}
			if e.Limit != c.limit || e.Asked != c.asked || e.Allowed < 12 && e.Allowed != 10 || !strings.HasSuffix(err.Error(), fmt.Sprintf(": %d; allowed: at most %d", e.Asked, e.Allowed)) {
				t.Errorf("%+v: %v", *e, err)
			}
		})
	}
}

// doubling are fragments that each spread the next twice: 2 to the power of n fields in all.
func doubling(n int, spread string) string {
	var b strings.Builder
	b.WriteString("query($one: Int) { a { ...F0 } }")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on T { "+spread+" }", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on T { x: y }", n)
	return b.String()
}

func TestFragmentsThatSpreadEachOtherTwiceAreMeasuredOnce(t *testing.T) {
	var e *Exceeded
	if err := Default().Check(doubling(24, "...F%d ...F%d")); !errors.As(err, &e) || e.Limit != AliasLimit || e.Asked != 1<<24 {
		t.Errorf("24 of them: %v", err)
	}
	if err := Default().Check(doubling(60, "...F%d ...F%d")); !errors.As(err, &e) || e.Asked != most { // 2 to the power of 60 is more than a number holds
		t.Errorf("60 of them: %v", err)
	}
}

func TestALimitOfNoughtIsNone(t *testing.T) {
	if err := (Document{}).Check("{ " + strings.Repeat("a: b @x ", 200) + strings.Repeat("c { d ", 2000) + strings.Repeat("} ", 2000) + " }"); err != nil {
		t.Error(err)
	}
}
