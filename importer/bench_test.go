package importer

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// register is a file in the form of the statistical register, with that many communities and villages.
func register(t testing.TB, leaves int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("code,name,level,parent_code\n42,湖北省,PROVINCE,\n")
	row := func(code, name, level, parent string) { fmt.Fprintf(&b, "%s,%s,%s,%s\n", code, name, level, parent) }
	for n := range leaves {
		city, county, town := fmt.Sprintf("42%02d", n/20000), fmt.Sprintf("42%02d%02d", n/20000, n/1500%100), fmt.Sprintf("42%02d%02d%03d", n/20000, n/1500%100, n/15%1000)
		if n%20000 == 0 {
			row(city, fmt.Sprintf("第%d市", n/20000), "CITY", "42")
		}
		if n%1500 == 0 || n%20000 == 0 {
			row(county, fmt.Sprintf("第%d区", n/1500), "COUNTY", city)
		}
		if n%15 == 0 || n%1500 == 0 || n%20000 == 0 {
			row(town, fmt.Sprintf("红旗%d镇", n/15), "STREET", county)
		}
		row(fmt.Sprintf("%s%03d", town, n%15+200*(n%2)), fmt.Sprintf("朝阳%d村民委员会", n), "COMMUNITY", town)
	}
	path := filepath.Join(t.TempDir(), "divisions.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func BenchmarkImport(b *testing.B) {
	path := register(b, 60000)
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				st := e.open(b, nil)
				b.StartTimer()
				r := bring(b, st, Options{From: path})
				b.ReportMetric(float64(r.Rows)/b.Elapsed().Seconds()*float64(b.N), "rows/s")
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	path := register(b, 60000)
	for b.Loop() {
		c, err := checked(b, oracle(), Options{From: path})
		if err != nil || c.bad > 0 {
			b.Fatal(err, c.bad)
		}
	}
	b.ReportMetric(64000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
