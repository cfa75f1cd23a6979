package figures

import "lintu/seed/draw"

// Village is Xinyang in Chengzihe, Jixi. The article (城子河区, report of 2023 on the hall by the lake) gives 35
// members, 37 households, the hall, the grids and weekly visits; its 37 stands at a damaged join of pages, so that
// it is not sure what it counts, and it does not fit 35 members: both are kept. The rest is fill.
var Village = Figures{
	Preset: "village", About: "村: Xinyang of Chengzihe, 370 households",
	Town: "新阳村", Mark: "XY",
	Ground:  draw.Ground{LatE7: 453300000, LonE7: 1310150000, CmPerLon: 7816573}, // in the township's part of the county boundary
	Areas:   xinyangAreas,
	Parents: xinyangParents,

	People: 1000, Households: 370, Homes: 370, Grids: 6,

	Ladder:  Ladder{Scheme: "village-3", Groups: 6, Hubs: 37, HubsUnsure: true}, // article: 37
	Members: Members{All: 35, Retired: 13, InUnits: 8, RetiredInUnit: 2, Home: 1000},
	Units: Units{List: []UnitRow{
		{Name: "新阳村示例种植合作社", Kind: "enterprise", Staff: 3},
		{Name: "新阳村示例卫生室", Kind: "hospital", Staff: 1},
	}, Staff: 60},
	Bodies: Bodies{Residents: "村委会"},
	Places: Places{HallName: "新阳湖边议事厅", Canteens: 1}, // article: the hall
	Teams:  Teams{Colours: false},
	Care: Care{Alone: 22, Doorbells: 8,
		Contracts: 37, Visit: "每周遍访"}, // article: each contracted to one of the 35 members, visited every week
	Neighbour: 60,
	Changes:   3980,
}
