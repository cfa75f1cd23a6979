package figures

import (
	"lintu/kg"
	"lintu/seed/draw"
)

// Town is Sishui: the twelve urban communities of its two streets with the ladder of five tiers, and beside them two
// of its eleven rural towns with the ladder of three. Figures marked "article" are those of 济宁's paper on 泗水县
// (党建引领社会治理扁平化泗水实践, 2022); the rest is fill. Figures of the whole county, which has 403 communities and
// villages and 758 grids, are met by the parts together where the part is said, and else hold a part of them.
var Town = Figures{
	Preset: "town", About: "县城与乡镇: Sishui, 12 communities and two rural towns, 30 thousand households; elderly from 70 on",
	Town: "泗水县", Mark: "SI", County: "370831",
	Ground:  draw.Ground{LatE7: 356420000, LonE7: 1172450000, CmPerLon: 9035400}, // south of the river Si
	Areas:   sishuiAreas,
	Parents: sishuiParents,

	People: 55500, Households: 21000,
	// 1,171 heads of buildings and 2,566 of entrances (article) and the vacancies beside them.
	Homes: 1194, Offices: 190, Entrances: 2645, Grids: 120,
	Compounds: []CompoundShare{ // 101, since each has a branch (article); how they are managed is fill
		{Kind: kg.ManagedByProperty, Count: 58, Size: 14, Elder: 1},
		{Kind: kg.ManagedOld, Count: 27, Size: 10, Elder: 7},
		{Kind: kg.ManagedByNone, Count: 16, Size: 8, Elder: 6},
	},
	Ladder: Ladder{Scheme: "city-5", Branches: 101, Groups: 671, Hubs: 1768, OnCompounds: true}, // article
	Members: Members{All: 2780, Retired: 1040, InUnits: 1450, Register: ServingRegister, // 双报到
		InCommunities: 60, InFirms: 40, RetiredInUnit: 400, Home: 300},
	Units: Units{List: sishuiUnits, Firms: 22, FirmBranches: 9, Shops: 48, Staff: 320, StreetOffice: true},
	Bodies: Bodies{JointMeetings: true, // article: of three levels
		Residents: "居委会", Owners: 44, SelfRule: 30},
	Places: Places{Canteens: 4},
	Care:   Care{Alone: 1110, Doorbells: 220, TenMembers: 700},
	Roles:  Roles{Workers: 80, ByExam: 80, Police: 1, Lawyers: 1}, // article: 80 community workers were recruited
	Services: Services{
		HeadVacancies: true, // article: 96 heads of compounds, 1,171 of buildings, 2,566 of entrances
		CrossPosts:    true, // article: 交叉任职
		Stations:      101,  // article: one for each managed compound, old ones by grids or several together
		Shared:        4,
		ErrandTeams:   24, KeeperTeams: 33, // article
		WomenWorkers: 91, WomenStations: true, WomenHomes: 10, // article: 265 in all three parts; ten communities
		Representatives: 300, // article: 898 in all three parts
		MeetingSeats:    22,  // article
		StreetCentres:   true,
		Enforcement: Enforcement{ // article; it names two of the five departments
			Departments: []string{"交通运输局", "市场监督管理局", "综合行政执法局", "自然资源和规划局", "应急管理局"},
			Officers:    120, Brigade: "370831101", There: 9,
		},
	},
	Neighbour: 50,
	Changes:   308700,
	Beside:    []*Figures{&quanlin, &jinzhuang},
	ElderAge:  70, // article: service for people from 70 on
}

// quanlin is 泉林镇 in the east of the county, known by its brigade of officers.
var quanlin = rural("town-quanlin", "泉林镇", "SIQ", draw.Ground{LatE7: 355600000, LonE7: 1174010000, CmPerLon: 9038000}, quanlinAreas,
	4840, 88, Services{WomenWorkers: 95, Representatives: 330, Enforcement: Enforcement{Brigade: "370831101", Own: 14}}) // article: 14

// jinzhuang is 金庄镇 in the west, whose grid workers the article shows.
var jinzhuang = rural("town-jinzhuang", "金庄镇", "SIJ", draw.Ground{LatE7: 356350000, LonE7: 1171250000, CmPerLon: 9032000}, jinzhuangAreas,
	3850, 70, Services{WomenWorkers: 79, Representatives: 268})

// rural is a rural town of the county: one house a household, a branch for each village, a group for each grid. How
// large it is is fill.
func rural(preset, town, mark string, ground draw.Ground, areas []Area, households, grids int, s Services) Figures {
	people := households * 265 / 100
	members := people / 20
	alone := people / 50
	s.WomenStations = true
	return Figures{
		Preset: preset, Town: town, Mark: mark, Ground: ground, Areas: areas, Parents: sishuiParents,
		People: people, Households: households, Homes: households, Grids: grids,
		Ladder:   Ladder{Scheme: "village-3", Groups: grids, Hubs: 2 * grids},
		Members:  Members{All: members, Retired: members * 38 / 100, Home: 1000},
		Units:    Units{Shops: len(areas), Staff: 60},
		Bodies:   Bodies{JointMeetings: true, Residents: "村委会"},
		Care:     Care{Alone: alone, Doorbells: 40, Contracts: alone * 11 / 10},
		Services: s, Neighbour: 60,
	}
}

// sishuiUnits are 120 units with party organizations, of which 118 are paired with the communities (article). It
// gives no list: the names of government bodies are those that any county has, the others are marked as examples.
var sishuiUnits = rows("泗水县", []unitGroup{
	{"government", 4, []string{"委办公室", "人大常委会办公室", "人民政府办公室", "政协办公室", "纪委监委", "委组织部", "委宣传部", "委统战部", "委政法委", "委编办",
		"人民法院", "人民检察院", "发展和改革局", "教育和体育局", "工业和信息化局", "公安局", "民政局", "司法局", "财政局", "人力资源和社会保障局",
		"自然资源和规划局", "住房和城乡建设局", "交通运输局", "水务局", "农业农村局", "商务局", "文化和旅游局", "卫生健康局", "退役军人事务局", "应急管理局",
		"审计局", "市场监督管理局", "统计局", "医疗保障局", "综合行政执法局", "行政审批服务局", "信访局", "税务局", "气象局", "档案馆",
		"民意受理中心", "融媒体中心", "公共资源交易中心", "疾病预防控制中心", "住房公积金管理部"}},
	{"social organization", 1, []string{"总工会", "团委", "妇联", "残联", "科协", "工商联", "红十字会", "文联", "侨联"}},
	{"school", 8, []string{"示例第一中学", "示例第二中学", "示例实验中学", "示例职业学校", "示例第一小学", "示例第二小学", "示例第三小学", "示例实验小学", "示例中心幼儿园",
		"示例特殊教育学校", "示例党校", "示例第四小学", "示例第五小学", "示例第三中学", "示例第二幼儿园", "示例第三幼儿园", "示例进修学校"}},
	{"hospital", 10, []string{"示例人民医院", "示例中医医院", "示例妇幼保健院", "示例第二医院", "示例社区卫生服务中心", "示例皮肤病防治站", "示例急救站"}},
	{"enterprise", 6, []string{"示例供电公司", "示例自来水公司", "示例燃气公司", "示例热力公司", "示例电信公司", "示例移动公司", "示例联通公司", "示例邮政公司", "示例公交公司", "示例城投公司",
		"示例粮食公司", "示例农商银行", "示例工商银行", "示例建设银行", "示例农业银行", "示例中国银行", "示例邮储银行", "示例村镇银行", "示例人寿保险公司", "示例财产保险公司",
		"示例纺织公司", "示例造纸公司", "示例环卫公司", "示例水泥公司", "示例建筑公司", "示例食品公司", "示例饮品公司", "示例机械公司", "示例石材公司", "示例运输公司",
		"示例烟草公司", "示例盐业公司", "示例石油公司", "示例广电公司", "示例药业公司", "示例种业公司", "示例果蔬公司", "示例园林公司", "示例旅游公司", "示例出版物发行公司",
		"示例人才公司", "示例水务公司"}},
})
