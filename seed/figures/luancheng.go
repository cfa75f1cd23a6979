package figures

import (
	"lintu/kg"
	"lintu/seed/draw"
)

// luanchengArticle names the report that the figures of Luancheng are from.
const luanchengArticle = "石家庄市栾城区: “三个一”推动党建与基层治理工作双提升 (report of 中共栾城区委组织部)"

// County is the urban part of Luancheng, Shijiazhuang. Figures marked "article" are those of luanchengArticle; the rest
// is fill.
var County = Figures{
	Preset: "county", About: "县区: Luancheng, 19 communities, 16 thousand households", Town: "栾城区", Mark: "LC", County: "130111",
	Ground:  draw.Ground{LatE7: 378800000, LonE7: 1145400000, CmPerLon: 8774200},
	Areas:   luanchengAreas, // article: 19
	Parents: luanchengParents,

	People: 65675, Households: 16418, // article: 4.00 people a dwelling, three generations in most
	Homes: 2400, Offices: 200, Entrances: 5280,
	Grids: 131, // article
	Makes: []int{0, 15, 50, 50, 130, 150, 130, 300, 15, 10, 150},
	// Article: 119 compounds; 83 of them are run by the 11 firms with a party organization, and all have a company.
	Compounds: []CompoundShare{
		{Kind: kg.ManagedByProperty, Count: 83, Size: 22, Elder: 2},
		{Kind: kg.ManagedOld, Count: 36, Size: 16, Elder: 5},
	},
	Ladder: Ladder{Scheme: "grid-4", Branches: 131, Groups: 300},
	// Article: 1,660 members of offices in service, "more than"; 69 who have not registered are planted.
	Members: Members{All: 3284, Retired: 1250, InUnits: 1729, InCommunities: 57, InFirms: 66, RetiredInUnit: 400, Home: 300,
		Register: ServingRegister},
	Units: Units{List: luanchengUnits,
		Firms: 41, FirmBranches: 11, RedCompounds: 83, // article
		Shops: 60, Staff: 250, StreetOffice: true},
	Bodies: Bodies{JointMeetings: true, // article
		Residents: "居委会"},
	Places: Places{Canteens: 6},
	Care: Care{Alone: 1313, Doorbells: 260,
		TenMembers: 1640}, // article: each member keeps in touch with about ten households
	Roles: Roles{Workers: 152, Police: 1, Lawyers: 1,
		FourLevels: true}, // article: secretary, committee, head of the compound, head of the building
	Published: []Published{
		{"communities in the article", 19, luanchengArticle, "the preset's 19: the register's 14 residents' committees, and five villages of the county town"},
		{"residents' committees in the register", 14, RegisterSource, "of 177 rows below the townships; all of them are in the preset"},
		{"villages in the register", 163, RegisterSource, "five of the county town count as communities here, and say so in their source"},
		{"compounds with a company", 119, luanchengArticle, "83 run by the 11 firms with a party organization, 36 served by the other 30"},
		{"grid events", 8546, luanchengArticle, "not in the model; more than 90 per cent were solved"},
		{"events reported to the company steward", 2000, luanchengArticle, "not in the model"},
		{"activities of volunteers", 550, luanchengArticle, "not in the model; 45,650 people served, 30,000 hours"},
		{"trained secretaries", 150, luanchengArticle, "not in the model"},
	},
	Neighbour: 50,
	Changes:   232000,
}

var luanchengParents = []Division{
	above(kg.LevelProvince, "13", "河北省", ""),
	above(kg.LevelCity, "1301", "石家庄市", "13"),
	above(kg.LevelCounty, "130111", "栾城区", "1301"),
	township(kg.FormTown, "130111100", "栾城镇", "130111"),
	township(kg.FormTown, "130111103", "冶河镇", "130111"),
	township(kg.FormTown, "130111104", "窦妪镇", "130111"),
	township(kg.FormTownship, "130111201", "柳林屯乡", "130111"),
}

// luanchengAreas are the fourteen residents' committees of the register, and five villages in the middle of the county
// town: the article counts nineteen communities and names none. Three stand outside of the county town.
var luanchengAreas = []Area{
	luancheng("130111100003", "赵李庄社区居民委员会", 0, 0, 9),
	luancheng("130111100004", "邢家庄社区居民委员会", 1, 0, 10),
	luancheng("130111100005", "榆林道社区居民委员会", 2, 0, 12),
	luancheng("130111100007", "刘固庄社区居民委员会", 3, 0, 8),
	luancheng("130111100010", "北关社区居民委员会", 1, 3, 11),
	luancheng("130111100013", "东关社区居民委员会", 3, 2, 11),
	luancheng("130111100027", "朱家庄社区居民委员会", 0, 3, 8),
	luancheng("130111100030", "八里庄社区居民委员会", 2, 3, 9),
	luancheng("130111100031", "西董铺社区居民委员会", 0, 1, 8),
	luancheng("130111100037", "后彪冢社区居民委员会", 3, 3, 7),
	counted(luancheng("130111100202", "孟家园村民委员会", 3, 1, 9)),
	counted(luancheng("130111100206", "南关村民委员会", 1, 1, 10)),
	counted(luancheng("130111100208", "东街村民委员会", 2, 2, 12)),
	counted(luancheng("130111100209", "西街村民委员会", 1, 2, 12)),
	counted(luancheng("130111100211", "西关村民委员会", 0, 2, 10)),
	luancheng("130111100401", "河北实验中学居委会", 2, 1, 7),
	apart(luancheng("130111103400", "卓达太阳城居委会", 0, 0, 10), 175000, 500000),
	apart(luancheng("130111104400", "窦妪工业区居委会", 0, 0, 7), 395000, 610000),
	apart(luancheng("130111201400", "河北传媒学院社区", 0, 0, 8), 1010000, 830000),
}

// luancheng is a community in a cell of the county town, 850 by 820 metres.
func luancheng(code, name string, column, row, weight int) Area {
	const width, height = 85000, 82000
	return Area{
		Division: Division{Code: code, Name: name, Parent: code[:9], Level: kg.LevelCommunity},
		East:     777000 + column*width, North: 62000 + row*height, Width: width, Height: height, Weight: weight,
	}
}

// counted is a village of the register that the article counts among the communities.
func counted(a Area) Area {
	a.Source = RegisterSource + ": a village; a community by the count of the article"
	return a
}

func apart(a Area, east, north int) Area {
	a.East, a.North = east, north
	return a
}

// luanchengUnits are 60 units: bodies of government that any county has, and examples.
var luanchengUnits = rows("栾城区", []unitGroup{
	{"government", 5, []string{"委办公室", "人大常委会办公室", "人民政府办公室", "政协办公室", "纪委监委", "委组织部", "委宣传部", "委统战部", "委政法委", "委编办",
		"人民法院", "人民检察院", "发展和改革局", "教育局", "科技和工业信息化局", "公安局", "民政局", "司法局", "财政局", "人力资源和社会保障局",
		"自然资源和规划局", "住房和城乡建设局", "交通运输局", "农业农村局", "文化广电体育和旅游局", "卫生健康局", "退役军人事务局", "应急管理局", "审计局", "行政审批局",
		"市场监督管理局", "统计局", "医疗保障局", "城市管理综合行政执法局", "信访局", "税务局"}},
	{"mass organization", 1, []string{"总工会", "团委", "妇联", "残联", "工商联", "红十字会"}},
	{"school", 9, []string{"示例第一中学", "示例第二中学", "示例职教中心", "示例第一小学", "示例第二小学", "示例实验小学"}},
	{"hospital", 14, []string{"示例人民医院", "示例中医院", "示例妇幼保健院", "示例社区卫生服务中心"}},
	{"enterprise", 6, []string{"示例供电公司", "示例供水公司", "示例热力公司", "示例制药公司", "示例装备公司", "示例农商银行", "示例建设银行", "示例公交公司"}},
})
