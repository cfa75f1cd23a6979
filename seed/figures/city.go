package figures

import (
	"lintu/kg"
	"lintu/seed/draw"
)

// City is Shishou's urban part: two streets, thirteen communities. Figures marked "article" are those of 石首市's
// report of March 2021 (《荆州日报·石首新闻》, 引领创特色 治理出实效); the rest is fill.
var City = Figures{
	Preset: "city", About: "城市: Shishou, 13 communities, 60 thousand households",
	Town: "石首市", Mark: "SS", County: "421081",
	// The town lies on the southern bank of the Yangtze: the plan ends 3,150 m north of its corner, at 29.7233 N.
	Ground:  draw.Ground{LatE7: 296950000, LonE7: 1123780000, CmPerLon: 9658274},
	Areas:   shishouAreas,
	Parents: shishouParents,

	// 5,860 member households at 5 % members need at least 117,200 people.
	People: 160000, Households: 60000,
	Homes: 3385, Offices: 115, Entrances: 7447, Grids: 180, // 3,500 buildings, 2.2 entrances a residential one
	Compounds: []CompoundShare{ // 550: article
		{Kind: kg.ManagedByProperty, Count: 53, Size: 30, Elder: 1}, // article
		{Kind: kg.ManagedByUnit, Count: 244, Size: 8, Elder: 3},     // article
		{Kind: kg.ManagedOld, Count: 68, Size: 9, Elder: 7},         // article: "more than 100" old or 三无 compounds
		{Kind: kg.ManagedByNone, Count: 36, Size: 7, Elder: 6},
		{Kind: "", Count: 149, Size: 8, Elder: 2}, // the article does not say
	},
	Ladder: Ladder{Scheme: "city-5", Branches: 272, Groups: 702, Hubs: 5860}, // article, under 2 and 13 joint committees
	Members: Members{All: 8000, Retired: 2800, // 5 % of people, 35 % of them retired
		InUnits: 5000, Register: ServingRegister, Deployed: true, // article: 5,000 members of 87 units
		InCommunities: 120, InFirms: 60, RetiredInUnit: 1100, Home: 300},
	Units: Units{List: shishouUnits, // article: 87
		Firms: 34, FirmBranches: 9, // article
		Shops: 60, Staff: 300, StreetOffice: true},
	Bodies: Bodies{StreetCommittees: true, CommunityCommittees: true, JointMeetings: true, // article
		Residents: "居委会", Owners: 47, SelfRule: 210}, // article
	Places: Places{Booths: 10, BoothPeople: 1260, Pavilions: 4, PavilionDivision: "421081104", // article
		Stations: 40, Canteens: 13},
	Teams: Teams{Temporary: 897, TemporaryPeople: 11040, // article: 897, "more than 11,000"
		Supervision: 10, Task: 2, WorkGroupPeople: 104, Colours: true}, // article
	Care: Care{Alone: 3200, Doorbells: 640, TenMembers: 2000, Compound41N5: true, FiveOne: true},
	Roles: Roles{Workers: 254, FromCommittees: 164, ByExam: 30, Stewards: 100, // article
		Police: 2, Lawyers: 1},
	Neighbour: 50,
	Changes:   622000,
}

// shishouUnits are 87 units, a number that the article gives without a list. The names of government bodies are
// those that any city of county level has; schools, hospitals and enterprises are marked as examples.
var shishouUnits = rows("石首市", []unitGroup{
	{"government", 4, []string{"委办公室", "人大常委会办公室", "人民政府办公室", "政协办公室", "纪委监委", "委组织部", "委宣传部", "委统战部", "委政法委", "委编办",
		"人民法院", "人民检察院", "发展和改革局", "教育局", "科技和经济信息化局", "公安局", "民政局", "司法局", "财政局", "人力资源和社会保障局",
		"自然资源和规划局", "住房和城乡建设局", "交通运输局", "水利局", "农业农村局", "商务局", "文化和旅游局", "卫生健康局", "退役军人事务局", "应急管理局",
		"审计局", "市场监督管理局", "统计局", "医疗保障局", "城市管理执法局", "林业局", "信访局", "税务局", "气象局", "档案馆",
		"住房公积金中心", "融媒体中心", "公共资源交易中心", "疾病预防控制中心"}},
	{"social organization", 1, []string{"总工会", "团委", "妇联", "残联", "科协", "工商联", "红十字会"}},
	{"school", 9, []string{"示例第一中学", "示例第二中学", "示例实验中学", "示例职业学校", "示例第一小学", "示例第二小学", "示例第三小学", "示例实验小学", "示例中心幼儿园", "示例特殊教育学校", "示例党校"}},
	{"hospital", 14, []string{"示例人民医院", "示例中医医院", "示例妇幼保健院", "示例第二医院", "示例社区卫生服务中心"}},
	{"enterprise", 6, []string{"示例供电公司", "示例自来水公司", "示例燃气公司", "示例电信公司", "示例移动公司", "示例邮政公司", "示例公交公司", "示例城投公司", "示例粮食公司", "示例农商银行",
		"示例工商银行", "示例建设银行", "示例农业银行", "示例人寿保险公司", "示例纺织公司", "示例造纸公司", "示例环卫公司", "示例港航公司", "示例建筑公司", "示例食品公司"}},
})

type unitGroup struct {
	kind  string
	staff int
	names []string
}

func rows(town string, groups []unitGroup) []UnitRow {
	var out []UnitRow
	for _, g := range groups {
		for _, name := range g.names {
			out = append(out, UnitRow{Name: town + name, Kind: g.kind, Staff: g.staff})
		}
	}
	return out
}
