package text

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNormaliseMeetsWhatPeopleTypeAlike(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"   \t\n", ""},
		{"王秀兰", "王秀兰"},
		{"ＡＢＣ１２３", "abc123"},
		{"Wang  XIU\tlan ", "wang xiu lan"},
		{"　王　秀兰　", "王 秀兰"},
		{"\ufeff王\u200b秀兰", "王秀兰"},
		{"①号楼", "1号楼"},
		{"Straße", "strasse"},
		{"ﬁn", "fin"},
		{"cafe\u0301", "caf\u00e9"},
		{"王\x00秀", "王 秀"},
		{"王\xff", "王\ufffd"},
		{"❤\ufe0f", "❤"},
		{"（一）", "(一)"},
	} {
		if got := Normalise(c.in); got != c.want {
			t.Errorf("Normalise(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestNormalisingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := Normalise(rapid.String().Draw(t, "s"))
		if twice := Normalise(once); twice != once {
			t.Fatalf("%q became %q", once, twice)
		}
	})
}

func TestTheShortcutAgreesWithTheFullNormalisation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("王秀兰 azAZ09'-\t（é"))).Draw(t, "s")
		// A dropped character in front forces the long way.
		if got, want := Normalise(s), Normalise("\u200b"+s); got != want {
			t.Fatalf("Normalise(%q) = %q, the long way gives %q", s, got, want)
		}
	})
}

func FuzzNormaliseGivesStableValidText(f *testing.F) {
	for _, s := range []string{"", "王秀兰", "Ａ\u0301", "\xff\xfe", "ﷺ", "İ", "ǅ", "\u1e9e", "e\u200d\u0301", "👨‍👩‍👧"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Normalise(s)
		if !utf8.ValidString(once) {
			t.Fatalf("%q gives invalid UTF-8 %q", s, once)
		}
		if twice := Normalise(once); twice != once {
			t.Fatalf("%q gives %q and then %q", s, once, twice)
		}
	})
}
