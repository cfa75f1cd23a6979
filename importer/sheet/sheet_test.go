package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// rows reads all rows of a CSV text; bad ones are left out and counted.
func rows(r Reader) (out [][]string, bad []*RowError, err error) {
	for {
		row, err := r.Next()
		var e *RowError
		switch {
		case errors.As(err, &e):
			bad = append(bad, e)
		case errors.Is(err, io.EOF):
			return out, bad, nil
		case err != nil:
			return out, bad, err
		default:
			out = append(out, slices.Clone(row.Cells))
		}
	}
}

func readCSV(text string) (names []string, out [][]string, bad []*RowError, err error) {
	c, err := NewCSV(strings.NewReader(text))
	if err != nil {
		return nil, nil, nil, err
	}
	out, bad, err = rows(c)
	return c.Names(), out, bad, err
}

func TestCSVIsReadAsItIsWrittenElsewhere(t *testing.T) {
	for name, text := range map[string]string{
		"plain":                "a,b\n1,2\n3,4\n",
		"no last line end":     "a,b\n1,2\n3,4",
		"CRLF":                 "a,b\r\n1,2\r\n3,4\r\n",
		"a byte order mark":    "\ufeffa,b\n1,2\n3,4\n",
		"quotes":               "\"a\",\"b\"\r\n\"1\",2\r\n3,\"4\"\r\n",
		"empty lines and rows": "a,b\n1,2\n\n,\r\n3,4\n\n",
		"blanks in the header": " a ,b \n1,2\n3,4\n",
	} {
		names, got, bad, err := readCSV(text)
		if err != nil || len(bad) > 0 || !slices.Equal(names, []string{"a", "b"}) || len(got) != 2 || !slices.Equal(got[0], []string{"1", "2"}) || !slices.Equal(got[1], []string{"3", "4"}) {
			t.Errorf("%s: %v %v %v %v", name, names, got, bad, err)
		}
	}
}

func TestABadRowDoesNotEndTheFile(t *testing.T) {
	_, got, bad, err := readCSV("a,b\n1\n\xff,x\nx\"y,z\n\"two\nlines\",3\n5,\"6\"7\n8,9\n")
	if err != nil || len(got) != 2 || got[0][0] != "two\nlines" || got[1][0] != "8" {
		t.Errorf("%q %v", got, err)
	}
	var told []string
	for _, e := range bad {
		told = append(told, e.Error())
	}
	want := []struct {
		line  int
		fault Fault
	}{{2, Ragged}, {3, NotUTF8}, {4, Quote}, {7, Quote}}
	if len(bad) != len(want) {
		t.Fatalf("%q", told)
	}
	for i, w := range want {
		if bad[i].Line != w.line || bad[i].Fault != w.fault {
			t.Errorf("%s, want line %d %s", told[i], w.line, w.fault)
		}
	}
}

func TestARowThatIsTooLongIsPassedOver(t *testing.T) {
	long := strings.Repeat("x", MaxRow)
	_, got, bad, err := readCSV("a,b\n" + long + ",2\n3,4\n")
	if err != nil || len(got) != 1 || got[0][0] != "3" || len(bad) != 1 || bad[0].Fault != TooLong || bad[0].Line != 2 {
		t.Errorf("%d rows, %v, %v", len(got), bad, err)
	}
}

// text is any text, with what matters to CSV more often than not.
var text = rapid.Custom(func(t *rapid.T) string {
	if rapid.Bool().Draw(t, "plain") {
		return rapid.StringMatching(`[ -~中文"",\r\n\t=+@-]{0,12}`).Draw(t, "text")
	}
	return rapid.StringN(0, 20, -1).Draw(t, "any")
})

func TestWhatIsWrittenAsCSVIsReadBackToTheByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 5).Draw(t, "width")
		names := make([]string, width)
		for i := range names {
			names[i] = string(rune('a' + i))
		}
		want := rapid.SliceOfN(rapid.SliceOfN(text, width, width), 0, 6).Draw(t, "rows")
		want = slices.DeleteFunc(want, blank) // which are no rows
		var b bytes.Buffer
		w, err := NewCSVWriter(&b, names)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range want {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		_, got, bad, err := readCSV(b.String())
		if err != nil || len(bad) > 0 || !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Fatalf("got %q, want %q, %v %v\n%q", got, want, bad, err, b.String())
		}
	})
}

func TestWhatIsWrittenAsNDJSONIsReadBackToTheByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.SliceOfN(text, 3, 3), 0, 6).Draw(t, "rows")
		var b bytes.Buffer
		w := NewNDJSONWriter(&b, []string{"a", "b@x", "\""}, []Shape{Text, Text, Text})
		for _, row := range want {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		got, bad, err := rows(NewNDJSON(&b, Row{}))
		if err != nil || len(bad) > 0 || !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Fatalf("got %q, want %q, %v %v", got, want, bad, err)
		}
	})
}

func TestAReaderGoesOnFromAnyRow(t *testing.T) {
	csv := "\ufeffa,b\n1,\"x\ny\"\n\n2,z\n3,w\n"
	c, err := NewCSV(strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	for want := 0; ; want++ {
		row, err := c.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		again, err := ResumeCSV(strings.NewReader(csv[row.Start:]), c.Names(), *row).Next()
		if err != nil || again.Line != row.Line || again.Start != row.Start || !slices.Equal(again.Cells, row.Cells) {
			t.Errorf("%+v, then %+v, %v", row, again, err)
		}
	}
}

func TestGB18030IsDecodedAndWhatItDoesNotHaveIsNotUTF8(t *testing.T) {
	for in, want := range map[string]string{"\xba\xfe\xc4\xcf": "湖南", "a\xff,b": "a\xff,b", "": ""} {
		got, err := io.ReadAll(GB18030.Decode(strings.NewReader(in)))
		if err != nil || (utf8.ValidString(want) && string(got) != want) || utf8.Valid(got) != utf8.ValidString(want) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a\n\"\"\"\"\n", "\ufeff\"a\r\n\",b\r\n", "a,b\n\"x", "a\n\r\r\n", ",\n,,\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		names, got, _, err := readCSV(string(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		w, err := NewCSVWriter(&b, names)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range got {
			if len(row) != len(names) {
				t.Fatalf("%d cells under %d names", len(row), len(names))
			}
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		_, again, bad, err := readCSV(b.String())
		if len(got) > 0 && (err != nil || len(bad) > 0 || !slices.EqualFunc(again, got, slices.Equal[[]string])) {
			t.Fatalf("read %q, then %q, %v %v", got, again, bad, err)
		}
	})
}

func FuzzNDJSON(f *testing.F) {
	for _, s := range []string{"{}\n", `{"a":1,"b":null,"c":[1,{"d":"\u4e2d"}]}`, "[1]\n{\"a\":true}\n", "{\"a\":1}{\"a\":2}\n", "{\"a\":\"\\ud800\"}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := NewNDJSON(bytes.NewReader(data), Row{})
		for {
			row, err := r.Next()
			var bad *RowError
			switch {
			case errors.As(err, &bad):
				continue
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				t.Fatal(err)
			}
			if len(row.Cells) != len(row.Names) || len(row.Shapes) != len(row.Names) {
				t.Fatalf("%+v", row)
			}
			for _, cell := range row.Cells {
				if !utf8.ValidString(cell) {
					t.Fatalf("%q is not UTF-8", cell)
				}
			}
		}
	})
}
