package figures

import (
	"slices"

	"lintu/kg"
	"lintu/seed/draw"
)

// Sample is a small town that has something of everything that the presets have, for tests. Its figures are nobody's;
// it stands on Shishou's divisions, with three villages beside.
var Sample = Figures{
	Preset: "sample", Town: "石首市", Mark: "SM", County: "421081",
	Ground:  City.Ground,
	Areas:   shishouAreas,
	Parents: shishouParents,

	People: 2100, Households: 800, Homes: 130, Offices: 120, Entrances: 286, Grids: 26,
	Compounds: []CompoundShare{
		{Kind: kg.ManagedByProperty, Count: 14, Size: 4, Elder: 1},
		{Kind: kg.ManagedByUnit, Count: 7, Size: 3, Elder: 3},
		{Kind: kg.ManagedOld, Count: 11, Size: 3, Elder: 7},
		{Kind: kg.ManagedByNone, Count: 7, Size: 3, Elder: 6},
	},
	Ladder: Ladder{Scheme: "city-5", Branches: 39, Groups: 60, Hubs: 90, OnCompounds: true},
	Members: Members{All: 320, Retired: 100, InUnits: 150, Register: ServingRegister, Deployed: true,
		InCommunities: 26, InFirms: 8, RetiredInUnit: 30, Home: 300},
	Units: Units{List: sampleUnits, Firms: 7, FirmBranches: 3, Shops: 13, Staff: 600, StreetOffice: true},
	Bodies: Bodies{StreetCommittees: true, CommunityCommittees: true, JointMeetings: true,
		Residents: "居委会", Owners: 12, SelfRule: 12},
	Places: Places{Booths: 2, BoothPeople: 90, Pavilions: 1, PavilionDivision: "421081104", Canteens: 2},
	Teams:  Teams{Temporary: 45, TemporaryPeople: 180, Supervision: 2, Task: 1, WorkGroupPeople: 26, Colours: true},
	Care:   Care{Alone: 70, Doorbells: 24, TenMembers: 20, Compound41N5: true, FiveOne: true},
	Roles:  Roles{Workers: 39, FromCommittees: 13, ByExam: 6, Stewards: 8, Police: 1, Lawyers: 1},
	Services: Services{
		HeadVacancies: true, CrossPosts: true, Stations: 39, Shared: 2, ErrandTeams: 13, KeeperTeams: 13,
		WomenWorkers: 30, WomenStations: true, WomenHomes: 5, Representatives: 40, MeetingSeats: 4, StreetCentres: true,
		Enforcement: Enforcement{Departments: []string{"交通运输局", "市场监督管理局"}, Officers: 8, Brigade: "421081104", There: 3},
	},
	Neighbour: 60,
	Changes:   15000,
	Beside:    []*Figures{&sampleVillages},
}

var sampleVillages = func() Figures {
	areas := []Area{
		hamlet("421081104200", "石华堰村", 0, 0, 3),
		hamlet("421081104202", "小石桥村", 1, 0, 3),
		hamlet("421081104206", "九佛岗村", 2, 0, 4),
	}
	ground := draw.Ground{LatE7: 295600000, LonE7: 1125100000, CmPerLon: 9673000}
	f := rural("sample-villages", "桃花山镇", "SMT", ground, areas, 150, 6, Services{WomenWorkers: 4, Representatives: 12, Enforcement: Enforcement{Brigade: "421081104", Own: 4}})
	f.Parents = shishouParents
	f.Members.All, f.Members.Retired = 45, 17
	return f
}()

// sampleUnits are some of the city's units: enough that every community has one that is paired with it, and few enough
// that each has staff.
var sampleUnits = slices.DeleteFunc(slices.Clone(shishouUnits), func(u UnitRow) bool {
	return !slices.Contains([]string{
		"石首市委办公室", "石首市人民政府办公室", "石首市政协办公室", "石首市委组织部", "石首市公安局", "石首市司法局", "石首市民政局", "石首市财政局", "石首市教育局",
		"石首市卫生健康局", "石首市交通运输局", "石首市市场监督管理局", "石首市住房和城乡建设局", "石首市农业农村局", "石首市商务局", "石首市应急管理局", "石首市水利局", "石首市统计局",
		"石首市审计局", "石首市税务局", "石首市示例第一中学", "石首市示例实验中学", "石首市示例实验小学", "石首市示例职业学校", "石首市示例党校", "石首市示例人民医院", "石首市示例中医医院",
		"石首市示例供电公司", "石首市示例自来水公司", "石首市示例农商银行", "石首市示例公交公司", "石首市示例港航公司", "石首市示例燃气公司", "石首市示例城投公司", "石首市总工会",
	}, u.Name)
})
