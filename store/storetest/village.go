package storetest

import (
	"math"
	"time"

	"lintu/geo"
	"lintu/kg"
)

// Village is the fixture of the suite: a township with a village and a community, in all 15 kinds and all 23
// relations, with what has ended, what is to come, and what makes engines differ: a grid that ended while ties to it did not, names with characters of several
// readings, people with equal sort keys, points that differ in the last bit, a household that moved. Names of its
// nodes are short; see the code.
func Village() *Fixture {
	f := NewFixture()
	f.villageAreas()
	f.villageHomes()
	f.villageBodies()
	f.villagePeople()
	f.villageTies()
	f.villageDuties()
	f.villageMeasures()
	f.villageRings()
	return f
}

func life(from, to string) kg.Base {
	var b kg.Base
	if from != "" {
		b.Life.From = kg.MustDate(from)
	}
	if to != "" {
		b.Life.To = kg.MustDate(to)
	}
	return b
}

func at(lat, lon float64) *geo.Point { return &geo.Point{Lat: lat, Lon: lon} }

func dated(value, from, to string) kg.Flag { return kg.Flag{Value: value, Span: life(from, to).Life} }

// villageAreas: province > city > county > township > district > community > grid3, and township > village >
// grid1 > micro, grid2; oldvillage was merged into the village in 2021.
func (f *Fixture) villageAreas() {
	division := func(name, title, code string, level kg.Level, form kg.TownshipForm, b kg.Base) {
		f.Add(name, &kg.Division{Base: b, Name: title, Code: code, CodeScheme: "stat-12", Level: level, Form: form})
	}
	division("province", "黑龙江省", "230000000000", kg.LevelProvince, "", kg.Base{})
	division("city", "鸡西市", "230300000000", kg.LevelCity, "", kg.Base{})
	division("county", "城子河区", "230306000000", kg.LevelCounty, "", kg.Base{})
	division("township", "长青乡", "230306200000", kg.LevelTownship, kg.FormTownship, kg.Base{})
	division("district", "东部服务区", "", kg.LevelServiceDistrict, "", kg.Base{})
	division("community", "向阳社区", "230306200001", kg.LevelCommunity, "", kg.Base{})
	division("village", "新阳村", "230306200201", kg.LevelVillage, "", kg.Base{})
	division("oldvillage", "老阳村", "230306200202", kg.LevelVillage, "", life("", "2021-01-01"))
	f.Add("grid1", &kg.Grid{Code: "G-1", Name: "第一网格", Level: "BASE"})
	f.Add("grid2", &kg.Grid{Code: "G-2", Name: "第二网格", Level: "BASE"})
	f.Add("grid3", &kg.Grid{Code: "G-3", Name: "第十二网格", Level: "BASE"})
	f.Add("micro", &kg.Grid{Code: "G-1-1", Name: "第三微网格", Level: "MICRO"})
	f.Add("closed", &kg.Grid{Base: life("", "2025-01-01"), Name: "第九网格", Level: "BASE"})
	f.Add("sunny", &kg.Compound{Code: "C-1", Name: "阳光小区", Address: "长青路1号", ManagementKind: kg.ManagedByProperty, RedProperty: true})
	f.Add("yard", &kg.Compound{Code: "C-2", Name: "老院", ManagementKind: kg.ManagedByNone})

	f.Tie("city", kg.PartOf, "province")
	f.Tie("county", kg.PartOf, "city")
	f.Tie("township", kg.PartOf, "county", Since("1956-01-01"))
	f.Tie("district", kg.PartOf, "township")
	f.Tie("community", kg.PartOf, "township", Until("2022-01-01"))
	f.Tie("community", kg.PartOf, "district", Since("2022-01-01"))
	f.Tie("village", kg.PartOf, "township")
	f.Tie("oldvillage", kg.PartOf, "township", Until("2021-01-01"))
	f.Tie("grid1", kg.PartOf, "village")
	f.Tie("grid2", kg.PartOf, "oldvillage", Until("2021-01-01"))
	f.Tie("grid2", kg.PartOf, "village", Since("2021-01-01"))
	f.Tie("grid3", kg.PartOf, "community")
	f.Tie("micro", kg.PartOf, "grid1", Since("2023-05-01"))
	f.Tie("closed", kg.PartOf, "village")
	f.Tie("sunny", kg.InCompound, "community")
	f.Tie("yard", kg.InCompound, "village")
}

// villageHomes: b3 and b12 stand in sunny (grid3), hall in the village (grid1), barn without a point (grid2); the
// point of twin differs from that of hall in the last bit of its latitude. h4 moved from b12 to b3 in 2024.
func (f *Fixture) villageHomes() {
	f.Add("b3", &kg.Building{Code: "B-3", Name: "3号楼", Address: "长青路1号3栋", Floors: 6, Point: at(45.3391, 131.0123)})
	f.Add("b12", &kg.Building{Code: "B-12", Name: "12号楼", Floors: 18, Point: at(45.3401, 131.0133)})
	f.Add("hall", &kg.Building{Code: "B-h", Name: "村委楼", Floors: 2, Point: at(45.35, 131.02)})
	f.Add("twin", &kg.Building{Code: "B-t", Name: "村委楼", Floors: 2, Point: at(math.Nextafter(45.35, 90), 131.02)})
	f.Add("barn", &kg.Building{Name: "平房甲"})
	f.Add("shed", &kg.Building{Name: "库房", Floors: 1})
	f.Add("e1", &kg.Entrance{Number: "1单元", HasLift: true, Point: at(45.33915, 131.01235)})
	f.Add("e2", &kg.Entrance{Number: "2单元"})
	f.Add("e12", &kg.Entrance{Number: "1单元", HasLift: true})
	household := func(name, number string, floor int, level kg.CareLevel, flags ...kg.Flag) {
		f.Add(name, &kg.Household{Number: number, Floor: floor, Room: number, CareLevel: level, CareFlags: flags})
	}
	household("h1", "101", 1, kg.CareRed, dated(kg.ElderlyAlone, "2020-01-01", ""))
	household("h2", "302", 3, kg.CareYellow, dated(kg.Hardship, "2019-01-01", "2021-01-01"), dated(kg.Disabled, "2027-01-01", ""))
	household("h3", "1201", 12, "")
	household("h4", "402", 4, kg.CareBlue, dated(kg.Hardship, "2018-01-01", "2019-01-01"), dated(kg.Hardship, "2025-01-01", ""))
	household("h5", "东侧一户", 1, "")
	household("h6", "东侧二户", 0, kg.CareRed, dated(kg.LeftBehindElder, "", ""))
	household("h7", "西院", 1, "")
	household("h8", "102", 1, kg.CareBlue)
	f.Add("bell1", &kg.Doorbell{Serial: "ML-0001", Status: kg.DoorbellActive, Model: "A1"})
	f.Add("bell2", &kg.Doorbell{Serial: "ML-0002", Status: kg.DoorbellFaulty})

	for _, b := range []string{"b3", "b12"} {
		f.Tie(b, kg.PartOf, "grid3")
		f.Tie(b, kg.InCompound, "sunny")
	}
	f.Tie("hall", kg.PartOf, "grid1")
	f.Tie("twin", kg.PartOf, "village")
	f.Tie("barn", kg.PartOf, "grid2")
	f.Tie("barn", kg.InCompound, "yard")
	f.Tie("shed", kg.PartOf, "closed")
	f.Tie("e1", kg.PartOf, "b3")
	f.Tie("e2", kg.PartOf, "b3")
	f.Tie("e12", kg.PartOf, "b12")
	f.Tie("h1", kg.PartOf, "e1")
	f.Tie("h2", kg.PartOf, "e2")
	f.Tie("h3", kg.PartOf, "e12")
	f.Tie("h4", kg.PartOf, "b12", Until("2024-03-01"))
	f.Tie("h4", kg.PartOf, "e2", Since("2024-03-01"))
	f.Tie("h5", kg.PartOf, "barn")
	f.Tie("h6", kg.PartOf, "micro", Since("2023-05-01"))
	f.Tie("h7", kg.PartOf, "village")
	f.Tie("h8", kg.PartOf, "e1")
	f.Tie("bell1", kg.InstalledAt, "h1", Since("2025-06-01"))
	f.Tie("bell2", kg.InstalledAt, "h6", Until("2026-01-01"))
	f.Tie("bell2", kg.InstalledAt, "h2", Since("2026-01-01"))
}

func (f *Fixture) villageBodies() {
	f.Add("gov", &kg.Unit{Code: "U-1", Name: "长青乡人民政府", UnitKind: "government"})
	f.Add("school", &kg.Unit{Code: "U-2", Name: "重阳小学", UnitKind: "school"})
	f.Add("property", &kg.Unit{Code: "U-3", Name: "阳光物业公司", UnitKind: "property company"})
	f.Add("clinic", &kg.Unit{Code: "U-4", Name: "卫生院", UnitKind: "hospital"})
	f.Add("gone", &kg.Unit{Base: life("2001-01-01", "2020-07-01"), Code: "U-9", Name: "长青供销社", UnitKind: "enterprise"})
	f.Add("station", &kg.Place{Code: "P-1", Name: "红帆驿站", PlaceKind: "station", Address: "长青路2号", Point: at(45.3392, 131.0124),
		OpeningHours: []kg.Opening{{Weekdays: []int{1, 2, 3, 4, 5}, From: "08:30", To: "17:30"}}})
	f.Add("canteen", &kg.Place{Code: "P-2", Name: "长者饭堂", PlaceKind: "canteen"})
	f.Add("booth", &kg.Place{Name: "岗亭", PlaceKind: "booth", Point: at(45.35, 131.02)})
	f.Add("committee", &kg.PartyOrg{Code: "D-1", Name: "长青乡党委", OrgKind: "committee", Tier: 1, Scheme: "village-3"})
	f.Add("branch", &kg.PartyOrg{Code: "D-2", Name: "新阳村党支部", OrgKind: "branch", Tier: 2, Scheme: "village-3"})
	f.Add("schoolbranch", &kg.PartyOrg{Code: "D-3", Name: "重阳小学党支部", OrgKind: "branch", Tier: 2, Scheme: "village-3"})
	f.Add("hub", &kg.PartyOrg{Name: "党员中心户", OrgKind: "hub household", Tier: 3, Scheme: "village-3"})
	f.Add("joint", &kg.JointCommittee{Code: "J-1", Name: "向阳社区大党委", CommitteeKind: "greater party committee"})
	f.Add("meeting", &kg.JointCommittee{Name: "城子河区联席会议", CommitteeKind: "joint meeting"})
	f.Add("oldmeeting", &kg.JointCommittee{Base: life("2010-01-01", "2015-01-01"), Name: "旧联席会议"})
	f.Add("villagers", &kg.ResidentBody{Code: "R-1", Name: "新阳村村委会", BodyKind: "villagers' committee"})
	f.Add("owners", &kg.ResidentBody{Name: "阳光小区业委会", BodyKind: "owners' committee"})
	f.Add("volunteers", &kg.Team{Code: "T-1", Name: "红马甲志愿队", TeamKind: "volunteer"})
	f.Add("flood", &kg.Team{Name: "防汛突击队", TeamKind: "emergency", Temporary: true})

	f.Tie("gov", kg.LocatedIn, "hall")
	f.Tie("school", kg.PairedWith, "community", Since("2024-01-01"), func(t *kg.Tie) { t.Form, t.Agreement = "PAIRED", "共建协议" })
	f.Tie("school", kg.PairedWith, "grid1", Until("2024-01-01"), func(t *kg.Tie) { t.Form = "RESIDENT" })
	f.Tie("clinic", kg.PairedWith, "village", Since("2027-01-01"), func(t *kg.Tie) { t.Form = "PAIRED" })
	f.Tie("clinic", kg.LocatedIn, "b12")
	f.Tie("property", kg.Serves, "sunny", Role("property service"))
	f.Tie("gone", kg.LocatedIn, "barn", Until("2020-07-01"))
	f.Tie("station", kg.Serves, "community")
	f.Tie("station", kg.LocatedIn, "b3")
	f.Tie("canteen", kg.Serves, "village")
	f.Tie("booth", kg.LocatedIn, "twin")
	f.Tie("committee", kg.SetUpOn, "township")
	f.Tie("branch", kg.SetUpOn, "village")
	f.Tie("schoolbranch", kg.SetUpOn, "school")
	f.Tie("hub", kg.SetUpOn, "h7")
	f.Tie("branch", kg.ChildOf, "committee")
	f.Tie("schoolbranch", kg.ChildOf, "committee", Since("2015-01-01"))
	f.Tie("hub", kg.ChildOf, "branch")
	f.Tie("joint", kg.FormedFrom, "committee")
	f.Tie("joint", kg.Leads, "community")
	f.Tie("meeting", kg.Leads, "county")
	f.Tie("villagers", kg.Serves, "village")
	f.Tie("owners", kg.Serves, "sunny")
	f.Tie("volunteers", kg.Serves, "grid3")
	f.Tie("flood", kg.Serves, "village", Since("2026-06-01"), Until("2026-10-01"))
}

// villagePeople: 王秀兰 twice (equal sort keys); 单, 曾, 解 and 仇 are surnames with a reading of their own.
func (f *Fixture) villagePeople() {
	person := func(name, title string, sex kg.Sex, born string, party kg.PartyStatus, more ...func(*kg.Person)) {
		p := &kg.Person{Name: title, Sex: sex, PartyStatus: party, RegisterNo: "R-" + name}
		if born != "" {
			p.BirthDate = kg.MustDate(born)
		}
		for _, m := range more {
			m(p)
		}
		f.Add(name, p)
	}
	person("wang1", "王秀兰", kg.Female, "1948-02-29", kg.PartyNone, func(p *kg.Person) {
		p.CareFlags = []kg.Flag{dated(kg.ElderlyAlone, "2020-01-01", ""), dated(kg.Disabled, "2010-01-01", "2015-01-01")}
	})
	person("wang2", "王秀兰", kg.Female, "1971-05-06", kg.PartyFull)
	person("shan", "单秀兰", kg.Female, "1960-01-01", kg.PartyFull, func(p *kg.Person) { p.Retired = true })
	person("zeng", "曾国强", kg.Male, "1980-12-31", kg.PartyProbationary, func(p *kg.Person) {
		p.Responder = &kg.Responder{Consents: []kg.Consent{{Purpose: kg.ConsentToRespond, Span: life("2025-01-01", "").Life}}}
	})
	person("xie", "解放", kg.Male, "1949-10-01", kg.PartyFull, func(p *kg.Person) { p.Retired = true })
	person("qiu", "仇英", "", "", kg.PartyApplicant)
	person("li", "李小明", kg.Male, "1990-03-03", kg.PartyFull)
	person("lihong", "李红", kg.Female, "1992-04-04", "")
	person("zhou", "周重阳", kg.Male, "1985-09-09", kg.PartyNone)
	person("child", "李乐", kg.Male, "2018-08-08", "", func(p *kg.Person) { p.CareFlags = []kg.Flag{dated(kg.LeftBehindChild, "2026-01-01", "2027-01-01")} })
	person("grandpa", "赵长贵", kg.Male, "1940-01-01", kg.PartyFull, func(p *kg.Person) { p.CareFlags = []kg.Flag{dated(kg.LeftBehindElder, "", "")} })
	person("dead", "钱老", kg.Male, "1930-01-01", kg.PartyFull, func(p *kg.Person) { p.Life = life("", "2022-02-02").Life })
	person("newborn", "孙新", "", "2026-12-01", "", func(p *kg.Person) { p.Life = life("2026-12-01", "").Life })
	person("ann", "Ann Élise 3", kg.Female, "1995-05-05", "")
	person("stranger", "王秀", kg.Male, "1975-07-07", kg.PartyFull)
}

func (f *Fixture) villageTies() {
	f.Tie("wang1", kg.LivesIn, "h1")
	f.Tie("wang2", kg.LivesIn, "h2", Since("2019-06-01"))
	f.Tie("shan", kg.LivesIn, "h8")
	f.Tie("zeng", kg.LivesIn, "h3", Until("2023-01-01"))
	f.Tie("zeng", kg.LivesIn, "h4", Since("2024-03-01"))
	f.Tie("xie", kg.LivesIn, "h4")
	f.Tie("li", kg.LivesIn, "h5")
	f.Tie("lihong", kg.LivesIn, "h5")
	f.Tie("child", kg.LivesIn, "h5")
	f.Tie("grandpa", kg.LivesIn, "h6")
	f.Tie("dead", kg.LivesIn, "h6")
	f.Tie("newborn", kg.LivesIn, "h2")
	f.Tie("zhou", kg.LivesIn, "h7", Since("2027-01-01"))
	post := func(post string) TieOption { return func(t *kg.Tie) { t.Post = post } }
	f.Tie("wang2", kg.WorksAt, "school", post("teacher"))
	f.Tie("zeng", kg.WorksAt, "school", Since("2010-01-01"), Until("2020-01-01"))
	f.Tie("zeng", kg.WorksAt, "school", Since("2021-01-01"), post("headmaster"), f.Ref("b12"))
	f.Tie("li", kg.WorksAt, "gov", post("clerk"), f.Ref("hall"))
	f.Tie("li", kg.WorksAt, "clinic", Since("2026-01-01"))
	f.Tie("zhou", kg.WorksAt, "property")
	f.Tie("shan", kg.WorksAt, "gone", Until("2020-07-01"))
	kind := func(kind string) TieOption { return func(t *kg.Tie) { t.Kind = kind } }
	f.Tie("wang2", kg.BelongsTo, "schoolbranch", kind("FULL"), Role("secretary"))
	f.Tie("zeng", kg.BelongsTo, "schoolbranch", kind("FULL"))
	f.Tie("zeng", kg.BelongsTo, "branch", kind("PLACED"), Since("2025-01-01"))
	f.Tie("shan", kg.BelongsTo, "branch", kind("FULL"))
	f.Tie("xie", kg.BelongsTo, "hub", kind("FULL"))
	f.Tie("zeng", kg.RegisteredWith, "community", f.Ref("school"), func(t *kg.Tie) { t.Status = "reported" })
	f.Tie("zhou", kg.RegisteredWith, "grid1", f.Ref("property"))
	f.Tie("stranger", kg.RegisteredWith, "township", Since("2024-01-01"), f.Ref("gov"))
	f.Tie("li", kg.DeployedTo, "village", f.Ref("gov"), func(t *kg.Tie) { t.FullTime = true })
	f.Tie("wang2", kg.DeployedTo, "grid3", f.Ref("school"), Until("2026-01-01"))
	f.Tie("child", kg.InTeam, "volunteers")
	f.Tie("zeng", kg.InTeam, "volunteers", Role("captain"))
	f.Tie("shan", kg.InTeam, "volunteers", Role("member"))
	f.Tie("li", kg.InTeam, "flood")
}

func (f *Fixture) villageDuties() {
	for _, post := range [][2]string{{"branch", "secretary"}, {"joint", "chair"}, {"school", "head"}, {"villagers", "head"}, {"volunteers", "captain"},
		{"village", "party secretary"}, {"grid1", "grid worker"}, {"sunny", "compound head"}, {"b3", "building head"}, {"e1", "entrance head"}, {"station", "keeper"}} {
		f.Tie("li", kg.HoldsPost, post[0], Role(post[1]))
	}
	f.Tie("shan", kg.HoldsPost, "b3", Role("building head"), Until("2025-01-01"))
	f.Tie("shan", kg.HoldsPost, "b3", Role("lawyer"), func(t *kg.Tie) { t.PartTime, t.Confidence, t.Source = true, 0.5, "list of 2026" })
	f.Tie("zeng", kg.OnDutyAt, "station", func(t *kg.Tie) { t.Hours = []kg.Duty{{Weekday: 1, From: "08:30", To: "12:00"}} })
	f.Tie("li", kg.OnDutyAt, "village", Role("night"), func(t *kg.Tie) {
		t.StartsAt = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
		t.EndsAt = time.Date(2026, 9, 2, 0, 0, 0, 0, time.UTC)
	})
	f.Tie("wang2", kg.OnDutyAt, "flood")
	f.Tie("zeng", kg.ResponsibleFor, "h1", Scheme("1+10", "1"))
	f.Tie("shan", kg.ResponsibleFor, "h1", Scheme("1+10", "2"), Since("2026-01-01"))
	f.Tie("shan", kg.ResponsibleFor, "h1", Scheme("41N5", "5"))
	f.Tie("volunteers", kg.ResponsibleFor, "grid3", Scheme("41N5", "1"))
	f.Tie("school", kg.ResponsibleFor, "h6", Scheme("1+1+1", "1"), Until("2025-01-01"))
	f.Tie("gov", kg.ResponsibleFor, "village", Scheme("41N5", "1"))
	f.Tie("branch", kg.ResponsibleFor, "hub", Scheme("1+1+1", "1"))
	contact := func(kinship string, rank int, consent bool) TieOption {
		return func(t *kg.Tie) { t.Kinship, t.Rank, t.Consent = kinship, rank, consent }
	}
	f.Tie("zeng", kg.ContactOf, "h1", contact("nephew", 2, true))
	f.Tie("ann", kg.ContactOf, "h1", contact("daughter", 1, false))
	f.Tie("li", kg.ContactOf, "h6", contact("", 1, true))
	for i, name := range []string{"wang1", "wang2", "stranger"} {
		f.Tie(name, kg.ContactOf, "h3", contact("neighbour", i, true))
	}
	f.Tie("shan", kg.KeyholderOf, "h1", contact("", 1, true))
	f.Tie("zeng", kg.SitsOn, "joint", f.Ref("school"), Role("member"), func(t *kg.Tie) { t.PartTime = true })
	f.Tie("li", kg.SitsOn, "joint", f.Ref("gov"), Role("chair"))
	f.Tie("li", kg.SitsOn, "meeting", f.Ref("gov"), Role("member"))
	f.Tie("shan", kg.SitsOn, "oldmeeting", f.Ref("clinic"), Since("2000-01-01"), Until("2015-01-01"))
	f.Tie("wang2", kg.SitsOn, "meeting", f.Ref("school"), Until("2024-01-01"))
}

// villageMeasures: two days of the community, one of the village and of a grid that ended.
func (f *Fixture) villageMeasures() {
	measured := func(name, area, question, day string, targets, covered int, figures *kg.Figures) {
		on := kg.MustDate(day)
		f.Add(name, &kg.Measure{Code: kg.MeasureCode(f.ID(area), on, question), Question: question, Day: on, Targets: targets, Covered: covered, Figures: figures})
		f.Tie(name, kg.MeasureOf, area)
	}
	near, far := 12.5, 480.25
	measured("m1", "community", "elders-alone-night", "2026-02-01", 2, 1, &kg.Figures{AtLeast: []int{1, 0}, SinglePoint: 1, NearestP50: &near, NearestP90: &far})
	measured("m2", "community", "elders-alone-night", "2026-02-02", 2, 2, &kg.Figures{AtLeast: []int{2, 1}, Backup: 1, SinglePoint: 1, NearestP50: &near, NearestP90: &near})
	measured("m3", "village", "elders-alone-day", "2026-02-02", 0, 0, nil)
	measured("m4", "closed", "elders-alone-day", "2024-12-31", 5, 0, &kg.Figures{AtLeast: []int{0}})
}

// villageRings: a ring at h1 that a neighbour has answered, and one at h6 that was an accident.
func (f *Fixture) villageRings() {
	f.Add("ring1", &kg.Ring{Code: "h1-1", Name: "2026-08-30 20:00 1", State: kg.RingAcknowledged, Policy: "city@1", Drill: true, Ordinal: 1, Round: 1, Presses: 2, Events: 3,
		PressedAt: "2026-08-30T12:00:00.000Z", DueAt: "2026-08-30T12:10:00.000Z", Candidates: []kg.Candidate{{Person: f.ID("shan"), Metres: 20, Seconds: 15, Reasons: []string{"SAME_BUILDING"}}}})
	f.Add("ring2", &kg.Ring{Code: "h6-7", Name: "2025-01-01 08:00 7", State: kg.RingClosed, Outcome: kg.FalseAlarm, Policy: "village@1", Mass: true, Ordinal: 7, PressedAt: "2025-01-01T00:00:00.000Z"})
	f.Add("alert1", &kg.Alert{Code: "shan-1", Name: "shan 1", State: kg.AlertAccepted, Role: kg.RoleNeighbour, Ordinal: 1, Wave: 1, CalledAt: "2026-08-30T12:00:00.020Z"})
	f.Add("alert2", &kg.Alert{Code: "li-2", Name: "li 2", State: kg.AlertStoodDown, Role: kg.RoleGridWorker, Ordinal: 2, CalledAt: "2025-01-01T00:03:00.000Z"})
	f.Add("event1", &kg.RingEvent{Code: "h1-1-1", Name: "1 RANG", Number: 1, Event: kg.EventRang, At: "2026-08-30T12:00:00.000Z", Actor: "device"})
	f.Add("event2", &kg.RingEvent{Code: "h1-1-2", Name: "2 CALLED", Number: 2, Event: kg.EventCalled, At: "2026-08-30T12:00:00.000Z", Alert: string(f.ID("alert1")), Step: "wave-1"})
	f.Add("event12", &kg.RingEvent{Code: "h1-1-12", Name: "12 ACCEPTED", Number: 12, Event: kg.EventAccepted, At: "2026-08-30T12:00:20.000Z", Alert: string(f.ID("alert1")), Late: true})

	f.Tie("ring1", kg.RangAt, "h1")
	f.Tie("ring2", kg.RangAt, "h6", f.Ref("bell2"))
	f.Tie("alert1", kg.AlertOf, "ring1")
	f.Tie("alert1", kg.AlertTo, "shan")
	f.Tie("alert2", kg.AlertOf, "ring2")
	f.Tie("alert2", kg.AlertTo, "li")
	for _, event := range []string{"event1", "event2", "event12"} {
		f.Tie(event, kg.EventOf, "ring1")
	}
}
