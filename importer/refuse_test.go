package importer

import (
	"strings"
	"testing"

	"lintu/geo"
	"lintu/importer/sheet"
	"lintu/kg"
	"lintu/store"
)

// smallRegister is a register in good order.
const smallRegister = "code,name,level,parent_code\n42,湖北省,PROVINCE,\n4210,荆州市,CITY,42\n421081,石首市,COUNTY,4210\n421081001,绣林街道,STREET,421081\n421081001001,栗田湖社区,COMMUNITY,421081001\n"

func TestEachBadRowIsToldByLineColumnAndReason(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"an unknown parent":        {map[string]string{"divisions.csv": smallRegister + "42108100299,某村,COMMUNITY,421081002\n"}, "divisions.csv:7 UNKNOWN_REFERENCE parent_code"},
		"a code twice":             {map[string]string{"divisions.csv": smallRegister + "42,另一省,PROVINCE,\n"}, "divisions.csv:7 DUPLICATE_KEY code"},
		"no level":                 {map[string]string{"divisions.csv": smallRegister + "43,湖南省,STATE,\n"}, "divisions.csv:7 BAD_LEVEL level"},
		"too few cells":            {map[string]string{"divisions.csv": smallRegister + "43,湖南省\n"}, "divisions.csv:7 RAGGED_ROW"},
		"too many cells":           {map[string]string{"divisions.csv": smallRegister + "43,湖南省,PROVINCE,,x\n"}, "divisions.csv:7 RAGGED_ROW"},
		"another encoding":         {map[string]string{"divisions.csv": smallRegister + "43,\xba\xfe\xc4\xcf,PROVINCE,\n"}, "divisions.csv:7 NOT_UTF8"},
		"a quote that stays open":  {map[string]string{"divisions.csv": smallRegister + "43,\"湖南省,PROVINCE,\n"}, "divisions.csv:7 BAD_QUOTE"},
		"a quote inside":           {map[string]string{"divisions.csv": smallRegister + "43,湖\"南省,PROVINCE,\n"}, "divisions.csv:7 BAD_QUOTE"},
		"no name":                  {map[string]string{"divisions.csv": smallRegister + "43, ,PROVINCE,\n"}, "divisions.csv:7 BAD_VALUE name"},
		"neither id nor key":       {map[string]string{"divisions.csv": smallRegister + ",湖南省,PROVINCE,\n"}, "divisions.csv:7 MISSING_KEY id"},
		"something inside itself":  {map[string]string{"divisions.csv": "code,name,level,parent_code\n1,a,CITY,2\n2,b,CITY,3\n3,c,CITY,1\n"}, "divisions.csv:2 CIRCLE to"},
		"its own parent":           {map[string]string{"divisions.csv": "code,name,level,parent_code\n1,a,CITY,1\n"}, "divisions.csv:2 CIRCLE parent_code"},
		"an unknown column":        {map[string]string{"divisions.csv": "code,name,colour\n42,湖北省,red\n"}, "divisions.csv:1 UNKNOWN_COLUMN colour"},
		"a column twice":           {map[string]string{"divisions.csv": "code,name,Name\n42,湖北省,x\n"}, "divisions.csv:1 DUPLICATE_COLUMN Name"},
		"faces":                    {map[string]string{"people.csv": "registerNo,name,人脸照片\n1,王\n"}, "people.csv:1 FORBIDDEN_COLUMN 人脸照片"},
		"religion":                 {map[string]string{"people.csv": "registerNo,name,religion\n1,王,x\n"}, "people.csv:1 FORBIDDEN_COLUMN religion"},
		"plates":                   {map[string]string{"people.csv": "registerNo,name,车牌号\n1,王,x\n"}, "people.csv:1 FORBIDDEN_COLUMN 车牌号"},
		"identity cards":           {map[string]string{"people.csv": "registerNo,name,id_card\n1,王,x\n"}, "people.csv:1 FORBIDDEN_COLUMN id_card"},
		"an identity-card number":  {map[string]string{"people.csv": "registerNo,name\n11010519491231002X,王\n"}, "people.csv:2 FORBIDDEN_VALUE registerNo"},
		"a wrong sex":              {map[string]string{"people.csv": "registerNo,name,sex\n1,王,M\n"}, "people.csv:2 BAD_ENUM sex"},
		"a day that is none":       {map[string]string{"people.csv": "registerNo,name,birthDate\n1,王,1950-02-30\n"}, "people.csv:2 BAD_DATE birthDate"},
		"an end before the start":  {map[string]string{"people.csv": "registerNo,name,validFrom,validTo\n1,王,2020-01-01,2019-01-01\n"}, "people.csv:2 BAD_DATE validTo"},
		"an unknown care flag":     {map[string]string{"people.csv": "registerNo,name,careFlags\n1,王,SICK\n"}, "people.csv:2 BAD_VALUE careFlags"},
		"JSON of another form":     {map[string]string{"people.csv": "registerNo,name,responder\n1,王,\"{\"\"x\"\":1}\"\n"}, "people.csv:2 BAD_VALUE responder"},
		"degrees without a datum":  {map[string]string{"buildings.csv": "code,name,lat,lon\nB,1号楼,29.7,112.4\n"}, "buildings.csv:2 DATUM_MISSING lat"},
		"an unknown datum":         {map[string]string{"buildings.csv": "code,name,lat,lon,datum\nB,1号楼,29.7,112.4,MARS\n"}, "buildings.csv:2 BAD_ENUM datum"},
		"degrees out of range":     {map[string]string{"buildings.csv": "code,name,lat@WGS84,lon@WGS84\nB,1号楼,29.7,212.4\n"}, "buildings.csv:2 OUT_OF_RANGE lon"},
		"half a point":             {map[string]string{"buildings.csv": "code,name,lat@WGS84,lon@WGS84\nB,1号楼,29.7,\n"}, "buildings.csv:2 BAD_VALUE lon"},
		"floors in words":          {map[string]string{"buildings.csv": "code,name,floors\nB,1号楼,six\n"}, "buildings.csv:2 BAD_VALUE floors"},
		"too sure":                 {map[string]string{"buildings.csv": "code,name,confidence\nB,1号楼,2\n"}, "buildings.csv:2 OUT_OF_RANGE confidence"},
		"the id of another kind":   {map[string]string{"buildings.csv": "id,name\ngrid_aaaaaaaaaaaaaaaaaaaaaaaa,1号楼\n"}, "buildings.csv:2 BAD_VALUE id"},
		"a parent of another kind": {map[string]string{"divisions.csv": smallRegister, "people.csv": "registerNo,name,parent\n1,王,division:42\n"}, "people.csv:2 NOT_ALLOWED parent"},
		"ends of no such tie":      {map[string]string{"divisions.csv": smallRegister, "people.csv": "registerNo,name\n1,王\n", "lives_in.csv": "from,to\nperson:1,division:42\n"}, "lives_in.csv:2 NOT_ALLOWED to"},
		"a tie without ends":       {map[string]string{"lives_in.csv": "from\nperson:1\n"}, "lives_in.csv:1 MISSING_COLUMN to"},
		"a tie twice":              {map[string]string{"people.csv": "registerNo,name\n1,王\n", "teams.csv": "code,name\nT,队\n", "in_team.csv": "from,to\n1,T\n1,T\n"}, "in_team.csv:3 DUPLICATE_KEY from, to, role, scheme, slot, validFrom"},
		"two homes at once": {map[string]string{"people.csv": "registerNo,name\n1,王\n", "buildings.csv": "code,name\nB,1号楼\n",
			"households.csv": "building,number,parent\nB,101,building:B\nB,102,building:B\n", "lives_in.csv": "from,to\n1,B/101\n1,B/102\n"}, "lives_in.csv:3 TWO_AT_A_TIME from"},
		"a form that is none":     {map[string]string{"units.csv": "code,name\nU,校\n", "divisions.csv": smallRegister, "paired_with.csv": "from,to,form\nU,division:42,FRIEND\n"}, "paired_with.csv:2 BAD_ENUM form"},
		"what hangs on a bad row": {map[string]string{"people.csv": "registerNo,name,sex\n1,王,M\n", "teams.csv": "code,name\nT,队\n", "in_team.csv": "from,to\n1,T\n"}, "people.csv:2 BAD_ENUM sex\nin_team.csv:2 DEPENDS_ON_REFUSED from"},
		"what is in a bad row":    {map[string]string{"divisions.csv": strings.Replace(smallRegister, "COUNTY", "X", 1)}, "divisions.csv:4 BAD_LEVEL level\ndivisions.csv:5 DEPENDS_ON_REFUSED parent\ndivisions.csv:6 DEPENDS_ON_REFUSED parent"},
		"no object":               {map[string]string{"people.ndjson": "{\"registerNo\":\"1\",\"name\":\"王\"}\n[1]\n"}, "people.ndjson:2 NOT_JSON"},
		"a member twice":          {map[string]string{"people.ndjson": "{\"registerNo\":\"1\",\"name\":\"王\",\"name\":\"李\"}\n"}, "people.ndjson:1 NOT_JSON"},
		"a list for a text":       {map[string]string{"people.ndjson": "{\"registerNo\":\"1\",\"name\":[\"王\"]}\n"}, "people.ndjson:1 BAD_VALUE name"},
		"an empty file":           {map[string]string{"people.csv": ""}, "people.csv:1 MISSING_COLUMN"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			st := oracle()
			r, err := try(t, st, Options{From: folder(t, c.files)})
			if err != nil {
				t.Fatal(err)
			}
			if told := r.told(); !strings.HasPrefix(told, c.want) || (!strings.Contains(c.want, "CIRCLE") && told != c.want) {
				t.Errorf("told\n%s\nwant\n%s", told, c.want)
			}
			for _, p := range r.problems {
				if p.EN == "" || p.ZH == "" {
					t.Errorf("no reason in a language: %+v", p)
				}
			}
			if status, _ := st.Ready(t.Context()); r.Written || status.Revision != 0 {
				t.Errorf("something was written: revision %d", status.Revision)
			}
		})
	}
}

func TestAnIdentityCardNumberIsNotRepeatedInTheReport(t *testing.T) {
	r, err := try(t, oracle(), Options{From: folder(t, map[string]string{"people.csv": "registerNo,name\n11010519491231002X,王\n"})})
	if err != nil || len(r.problems) != 1 || strings.Contains(r.problems[0].Value, "19491231") {
		t.Errorf("%v %+v", err, r.problems)
	}
}

func TestPartialWritesWhatDoesNotDependOnRefusedRows(t *testing.T) {
	st := oracle()
	files := map[string]string{
		"divisions.csv": smallRegister + "43,湖南省,STATE,\n4301,长沙市,CITY,43\n44,广东省,PROVINCE,\n",
		"teams.csv":     "code,name,parent\nT1,一队,division:42\nT2,二队,division:4301\n",
		"people.csv":    "registerNo,name\n1,王\n2,\n",
		"in_team.csv":   "from,to\n1,T1\n1,T2\n2,T1\n",
	}
	r, err := try(t, st, Options{From: folder(t, files), Partial: true})
	if err != nil || !r.Written {
		t.Fatal(err, r.told())
	}
	if d := codes(t, st); len(d) != 6 || d["44"] == nil || d["43"] != nil || d["4301"] != nil {
		t.Errorf("divisions %v", d)
	}
	if n := r.of("IN_TEAM"); n.Created != 1 || n.Refused != 2 {
		t.Errorf("IN_TEAM %+v\n%s", n, r.told())
	}
	if n := r.of("TEAM"); n.Created != 1 || n.Refused != 1 {
		t.Errorf("TEAM %+v", n)
	}
	again, err := try(t, st, Options{From: folder(t, files), Partial: true})
	if err != nil || again.Created+again.Changed+again.Ended != 0 {
		t.Errorf("the second time: %v %+v", err, again.Count)
	}
}

func TestFilesOfAnotherEncodingAreReadOnlyWhenItIsNamed(t *testing.T) {
	text := "code,name\n43,\xba\xfe\xc4\xcf\xca\xa1\n"
	o := Options{From: folder(t, map[string]string{"divisions.csv": text})}
	if r, err := try(t, oracle(), o); err != nil || r.told() != "divisions.csv:2 NOT_UTF8" || !strings.Contains(r.problems[0].EN, "--encoding gb18030") {
		t.Errorf("%v %s", err, r.told())
	}
	st := oracle()
	o.Encoding = sheet.GB18030
	bring(t, st, o)
	if d := codes(t, st)["43"]; d == nil || d.Name != "湖南省" {
		t.Errorf("%+v", d)
	}
	o.From = folder(t, map[string]string{"divisions.csv": "code,name\n43,\xff\xff\n"})
	if r, err := try(t, oracle(), o); err != nil || r.told() != "divisions.csv:2 NOT_UTF8" {
		t.Errorf("bytes that GB18030 does not have: %v %s", err, r.told())
	}
}

func TestADatumComesFromTheHeaderTheRowOrTheCommandLine(t *testing.T) {
	want, err := geo.ToWGS84(geo.Point{Lat: 29.7, Lon: 112.4}, geo.GCJ02)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text  string
		datum geo.Datum
	}{
		"header":  {"code,name,lat@GCJ02,lon@gcj-02\nB,1,29.7,112.4\n", geo.WGS84},
		"row":     {"code,name,lat,lon,datum\nB,1,29.7,112.4,GCJ02\n", geo.WGS84},
		"command": {"code,name,lat,lon\nB,1,29.7,112.4\n", geo.GCJ02},
	} {
		st := oracle()
		bring(t, st, Options{From: folder(t, map[string]string{"buildings.csv": c.text}), Datum: c.datum})
		page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindBuilding, Window: store.Window{Limit: 2}})
		if err != nil || len(page.Edges) != 1 || *page.Edges[0].Item.Node.(*kg.Building).Point != want {
			t.Errorf("%s: %v %+v", name, err, page)
		}
	}
}
