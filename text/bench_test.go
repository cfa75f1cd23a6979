package text

import "testing"

var sink int

func BenchmarkIndexOfAPersonsName(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		sink += len(Index("王秀兰", true).Pinyin)
	}
}

func BenchmarkIndexOfANameWithTwoReadings(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		sink += len(Index("单长乐", true).Pinyin)
	}
}

func BenchmarkPersonSortKey(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		sink += len(PersonSortKey("王秀兰"))
	}
}

func BenchmarkSuffixesOfAPersonsName(b *testing.B) {
	e := Index("王秀兰", true)
	b.ReportAllocs()
	for range b.N {
		sink += len(e.Suffixes(Pinyin))
	}
}

func BenchmarkMatchThatFails(b *testing.B) {
	e, q := Index("王秀兰", true), Query("zhangwei")
	for range b.N {
		sink += int(q.Match(e))
	}
}
