package figures

import (
	"fmt"
	"strings"

	"lintu/kg"
	"lintu/seed/draw"
)

// liwanArticle names the report that the figures of Liwan are from.
const liwanArticle = "广州市荔湾区: 深化基层党建示范社区建设 (report of 中共荔湾区委组织部)"

// District is Liwan, Guangzhou, on two banks of the Pearl River. Figures marked "article" are those of liwanArticle;
// the rest is fill.
var District = Figures{
	Preset: "district", About: "城区: Liwan, 201 communities, 400 thousand households, 1.15 million people",
	Town: "荔湾区", Mark: "LW", County: "440103",
	Ground:  draw.Ground{LatE7: 230450000, LonE7: 1131800000, CmPerLon: 10227900},
	Areas:   liwanAreas(), // article and register: 201
	Parents: liwanParents(),
	// Old Guangzhou is dense: lanes instead of lawns. The water is the Pearl River round Datansha island, past Shamian
	// and down the back channel.
	Plan: Plan{Margin: 2000, Street: 1200, RowPitch: 1600, EntranceW: 1000, SideGap: 500, EstateGap: 800, LeastDepth: 5000, Water: []Box{
		{200000, 690000, 60000, 480000}, {415000, 650000, 40000, 520000}, {200000, 635000, 600000, 45000}, {630000, 0, 45000, 680000},
	}},

	People: 1150000, // article: records of people
	// The article has 94,000 records of 房屋信息, 12 people a record: dwellings are more. They may be buildings, too.
	Households: 400000, Recorded: 94000,
	Homes: 21550, // article: buildings with video at the entrance, "more than": a lower bound
	// 2.2 entrances a residential building; a base grid for each branch.
	Offices: 2000, Entrances: 47410, Grids: 1044,
	Makes: []int{0, 80, 120, 190, 300, 130, 50, 80, 20, 15, 15},
	Compounds: []CompoundShare{
		{Kind: kg.ManagedByProperty, Count: 700, Size: 11, Elder: 1},
		{Kind: kg.ManagedByUnit, Count: 420, Size: 9, Elder: 3},
		{Kind: kg.ManagedOld, Count: 560, Size: 10, Elder: 7},
		{Kind: kg.ManagedByNone, Count: 240, Size: 8, Elder: 6},
		{Kind: "", Count: 180, Size: 9, Elder: 2},
	},
	Ladder: Ladder{Scheme: "city-5", Branches: 1044, // article
		Groups: 3300,
		Areas:  20120}, // article: "more than 20,000"
	// Article: 60,000 have registered, "more than"; 1,400 who have not are planted.
	Members: Members{All: 61400, Retired: 23000, InUnits: 35000, InCommunities: 603, InFirms: 240, RetiredInUnit: 9000, Home: 300,
		Register: EverybodyRegisters},
	// 980 employers: 702 with party organizations of their own, 60 property firms, 196 shops and 22 street offices.
	Units: Units{List: liwanUnits(), Firms: 60,
		FirmBranches: 24,   // article
		Social:       2389, // article
		Shops:        196, Staff: 300, StreetOffice: true},
	Bodies: Bodies{CommunityCommittees: true, Residents: "居委会", OnePerson: true, // article: everywhere
		Owners: 72, // article: 业主组织
		// The article stresses compounds without a company: most of them look after themselves.
		SelfRule: 893, SelfRuleKind: "自管会",
		CoOpted: 978}, // article
	Places: Places{Stations: 85, Brands: []string{"党群服务驿站"}, // with the centres of three levels 309: article
		Canteens: 103, // article
		Sets: []PlaceSet{
			{Kind: "service centre", Letter: "A", Name: "党群服务中心", Count: 23, Upper: true},
			{Kind: "civilization practice", Letter: "N", Name: "新时代文明实践站", Count: 220, Upper: true, Centre: true}, // article
			{Kind: "elder care", Letter: "E", Name: "颐康服务站", Count: 182},                                          // article
			{Kind: "legal service", Letter: "W", Name: "公共法律服务工作站", Count: 195, Centre: true},                     // article
		}},
	Care: Care{Alone: 23000, Doorbells: 2300,
		VisuallyImpaired: 1023, // article: households
		AddedLifts:       110}, // article
	Roles: Roles{Workers: 1507, Police: 1,
		LawyersInAll: 172, Organizers: 99, LegalPeople: 781}, // article
	Published: []Published{
		{"records of dwellings (房屋信息)", 94000, liwanArticle, "as many households say in their source that they are recorded; 400,000 households are fill"},
		{"buildings with video at the entrance", 21550, liwanArticle, "a lower bound: the residential buildings; offices come on top"},
		{"communities that try the model", 46, liwanArticle, "not in the model"},
		{"co-opted people of units, police and members", 978, liwanArticle, "seats on the community committees; how they divide is fill"},
		{"micro-wishes", 3770, liwanArticle, "not in the model"},
		{"micro-projects", 150, liwanArticle, "not in the model"},
		{"renewals of old compounds", 16, liwanArticle, "not in the model"},
		{"mediated cases", 1688, liwanArticle, "not in the model; 1,686 were settled"},
		{"users of the online station", 240000, liwanArticle, "not in the model"},
		{"communities in the register", 201, RegisterSource, "as many as the article counts"},
	},
	Neighbour: 50,
	Changes:   4032000,
}

// liwanLand are the streets band by band from south to north, each band from west to east; metres on the plan. The
// first four are Fangcun, the fifth is Datansha island, the rest the old town.
var liwanLand = []struct {
	east, north, width, height int
	density                    int // buildings, in proportion to the ground
	streets                    string
}{
	{2600, 450, 3650, 950, 10, "022 021"},
	{1300, 1400, 4950, 1400, 10, "020 019 014"},
	{1400, 2800, 4850, 1700, 10, "018 015"},
	{2600, 4500, 3500, 1800, 10, "017 016"},
	{2800, 6900, 1300, 4000, 8, "013"},
	{4600, 6850, 2400, 788, 13, "004 001 002"},
	{4600, 7638, 2400, 709, 13, "005 003"},
	{4600, 8347, 2400, 866, 13, "006 007"},
	{4600, 9213, 2400, 906, 13, "009 008"},
	{4600, 10119, 2400, 1181, 13, "010 011 012"},
}

// liwanAreas gives every community a cell of its street's ground.
func liwanAreas() []Area {
	rows := map[string][]Division{}
	for _, s := range liwanStreets {
		for _, row := range strings.Fields(s.communities) {
			rows[s.code[6:]] = append(rows[s.code[6:]], Division{Code: s.code + row[:3], Name: row[3:], Parent: s.code, Level: kg.LevelCommunity})
		}
	}
	cells := map[string]Area{}
	for _, band := range liwanLand {
		streets := strings.Fields(band.streets)
		weights := make([]int, len(streets))
		for i, s := range streets {
			weights[i] = max(len(rows[s]), 2)
		}
		east := band.east
		for i, width := range draw.Share(band.width, weights) {
			for _, a := range cellsOf(Box{east * 100, band.north * 100, width * 100, band.height * 100}, rows[streets[i]]) {
				a.Weight = a.Width / 100 * (a.Height / 100) / 1000 * band.density
				cells[a.Code] = a
			}
			east += width
		}
	}
	var areas []Area // in the order of codes
	for _, s := range liwanStreets {
		for _, d := range rows[s.code[6:]] {
			areas = append(areas, cells[d.Code])
		}
	}
	return areas
}

// cellsOf cuts a box into as many cells as there are divisions, row by row from the south, about as wide as high.
func cellsOf(b Box, divisions []Division) []Area {
	rows := 1
	for rows*rows*b.Width < len(divisions)*b.Height {
		rows++
	}
	var areas []Area
	north := b.North
	heights := draw.Share(b.Height, draw.Even(rows))
	for r, n := range draw.Share(len(divisions), draw.Even(rows)) {
		east := b.East
		for _, width := range draw.Share(b.Width, draw.Even(n)) {
			areas = append(areas, Area{Division: divisions[len(areas)], East: east, North: north, Width: width, Height: heights[r]})
			east += width
		}
		north += heights[r]
	}
	return areas
}

func liwanParents() []Division {
	parents := []Division{
		above(kg.LevelProvince, "44", "广东省", ""),
		above(kg.LevelCity, "4401", "广州市", "44"),
		above(kg.LevelCounty, "440103", "荔湾区", "4401"),
	}
	for _, s := range liwanStreets {
		parents = append(parents, township(kg.FormStreet, s.code, s.name, "440103"))
	}
	return parents
}

// liwanUnits are 702 units with party organizations: bodies of government that any district has, and examples.
func liwanUnits() []UnitRow {
	return rows("荔湾区", []unitGroup{
		{"government", 3, []string{"委办公室", "人大常委会办公室", "人民政府办公室", "政协办公室", "纪委监委", "委组织部", "委宣传部", "委统战部", "委政法委", "委编办",
			"人民法院", "人民检察院", "发展和改革局", "教育局", "科技工业商务和信息化局", "公安分局", "民政局", "司法局", "财政局", "人力资源和社会保障局",
			"住房和建设局", "水务局", "农业农村局", "文化广电旅游体育局", "卫生健康局", "退役军人事务局", "应急管理局", "审计局", "市场监督管理局", "统计局",
			"医疗保障局", "城市管理和综合执法局", "来穗人员服务管理局", "信访局", "税务局", "政务服务数据管理局", "国有资产监督管理局", "城市更新局", "档案馆", "疾病预防控制中心"}},
		{"government", 4, numbered("示例%d派出所", 24)},
		{"mass organization", 1, []string{"总工会", "团委", "妇联", "残联", "科协", "工商联", "红十字会"}},
		{"school", 5, numbered("示例第%d中学", 40)},
		{"school", 4, numbered("示例第%d小学", 70)},
		{"school", 2, numbered("示例第%d幼儿园", 45)},
		{"hospital", 14, numbered("示例第%d医院", 12)},
		{"hospital", 4, numbered("示例第%d社区卫生服务中心", 22)},
		{"law firm", 3, numbered("示例第%d律师事务所", 30)},
		{"enterprise", 4, numbered("示例第%d商贸公司", 150)},
		{"enterprise", 5, numbered("示例第%d专业市场", 90)},
		{"enterprise", 6, numbered("示例第%d实业公司", 130)},
		{"enterprise", 3, numbered("示例银行第%d支行", 42)},
	})
}

func numbered(format string, n int) []string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf(format, i+1))
	}
	return names
}
