package figures

import "lintu/kg"

// sishuiParents are the divisions above Sishui's communities and villages: the county with its thirteen streets and
// towns.
var sishuiParents = []Division{
	above(kg.LevelProvince, "37", "山东省", ""),
	above(kg.LevelCity, "3708", "济宁市", "37"),
	above(kg.LevelCounty, "370831", "泗水县", "3708"),
	township(kg.FormStreet, "370831001", "泗河街道", "370831"),
	township(kg.FormStreet, "370831002", "济河街道", "370831"),
	township(kg.FormTown, "370831101", "泉林镇", "370831"),
	township(kg.FormTown, "370831102", "星村镇", "370831"),
	township(kg.FormTown, "370831103", "柘沟镇", "370831"),
	township(kg.FormTown, "370831104", "金庄镇", "370831"),
	township(kg.FormTown, "370831105", "苗馆镇", "370831"),
	township(kg.FormTown, "370831106", "中册镇", "370831"),
	township(kg.FormTown, "370831107", "杨柳镇", "370831"),
	township(kg.FormTown, "370831108", "泗张镇", "370831"),
	township(kg.FormTown, "370831109", "圣水峪镇", "370831"),
	township(kg.FormTown, "370831110", "高峪镇", "370831"),
	township(kg.FormTown, "370831111", "华村镇", "370831"),
}

// sishuiAreas are the twelve urban communities that the article counts: all the residents' committees of the two
// streets in the register, whose villages are not taken. Names stand without 居民委员会, those of villages without
// 村民委员会.
var sishuiAreas = []Area{
	urban("370831001003", "仲子社区", 0, 0, 10),
	urban("370831001010", "丰收社区", 1, 0, 9),
	urban("370831001013", "圣源湖社区", 0, 1, 8),
	urban("370831001014", "舜发社区", 1, 1, 8),
	urban("370831001015", "古城社区", 0, 2, 9),
	urban("370831001016", "金泉社区", 1, 2, 7),
	urban("370831002008", "新兴社区", 2, 0, 9),
	urban("370831002009", "金裕社区", 3, 0, 8),
	urban("370831002010", "滨河社区", 2, 1, 8),
	urban("370831002011", "光明社区", 3, 1, 7),
	urban("370831002012", "龙城社区", 2, 2, 9),
	urban("370831002013", "盛泉社区", 3, 2, 8),
}

// quanlinAreas are all 44 villages of 泉林镇; the register calls them communities, their digits 10 to 12 make them
// villages. It does not say where they lie: each has a cell of the town's plan.
var quanlinAreas = []Area{
	hamlet("370831101200", "卞桥一村", 0, 0, 6),
	hamlet("370831101201", "卞桥二村", 1, 0, 6),
	hamlet("370831101202", "卞桥三村", 2, 0, 6),
	hamlet("370831101203", "卞桥四村", 3, 0, 6),
	hamlet("370831101204", "柳河峪村", 4, 0, 6),
	hamlet("370831101205", "李家庙村", 5, 0, 6),
	hamlet("370831101208", "石漏村", 6, 0, 6),
	hamlet("370831101209", "马泉庄村", 0, 1, 6),
	hamlet("370831101212", "辛庄村", 1, 1, 6),
	hamlet("370831101213", "余粮庄村", 2, 1, 6),
	hamlet("370831101214", "曹家庄村", 3, 1, 6),
	hamlet("370831101216", "安乐庄村", 4, 1, 6),
	hamlet("370831101219", "泉林村", 5, 1, 6),
	hamlet("370831101220", "潘坡村", 6, 1, 6),
	hamlet("370831101221", "安久庄村", 0, 2, 6),
	hamlet("370831101222", "石缝泉村", 1, 2, 6),
	hamlet("370831101223", "南铺子村", 2, 2, 6),
	hamlet("370831101226", "蒋家村", 3, 2, 6),
	hamlet("370831101234", "南贺庄村", 4, 2, 6),
	hamlet("370831101236", "北贺庄村", 5, 2, 6),
	hamlet("370831101238", "龙汪崖村", 6, 2, 6),
	hamlet("370831101245", "马连庄村", 0, 3, 6),
	hamlet("370831101252", "东泽沟村", 1, 3, 6),
	hamlet("370831101253", "西泽沟村", 2, 3, 6),
	hamlet("370831101255", "北泽沟村", 3, 3, 6),
	hamlet("370831101256", "御驾道村", 4, 3, 6),
	hamlet("370831101261", "灰泉庄村", 5, 3, 6),
	hamlet("370831101262", "两泉庄村", 6, 3, 6),
	hamlet("370831101265", "尤家庄村", 0, 4, 6),
	hamlet("370831101266", "双城村", 1, 4, 6),
	hamlet("370831101267", "义马村", 2, 4, 6),
	hamlet("370831101268", "历山村", 3, 4, 6),
	hamlet("370831101269", "石匣村", 4, 4, 6),
	hamlet("370831101270", "泽沟村", 5, 4, 6),
	hamlet("370831101271", "御花园村", 6, 4, 6),
	hamlet("370831101272", "联贺新村", 0, 5, 6),
	hamlet("370831101273", "驸马白庙坡村", 1, 5, 6),
	hamlet("370831101274", "泉张村", 2, 5, 6),
	hamlet("370831101275", "泽沟铺村", 3, 5, 6),
	hamlet("370831101276", "韩李新村", 4, 5, 6),
	hamlet("370831101277", "马石村", 5, 5, 6),
	hamlet("370831101278", "雷泽湖村", 6, 5, 6),
	hamlet("370831101279", "泗源阜村", 0, 6, 6),
	hamlet("370831101280", "青龙庄村", 1, 6, 6),
}

// jinzhuangAreas are all 35 villages of 金庄镇; the register calls them communities, their digits 10 to 12 make them
// villages. It does not say where they lie: each has a cell of the town's plan.
var jinzhuangAreas = []Area{
	hamlet("370831104200", "金庄村", 0, 0, 6),
	hamlet("370831104202", "尹家城村", 1, 0, 6),
	hamlet("370831104203", "黑砚滩村", 2, 0, 6),
	hamlet("370831104206", "西辛庄村", 3, 0, 6),
	hamlet("370831104207", "夹谷山村", 4, 0, 6),
	hamlet("370831104208", "马头山村", 5, 0, 6),
	hamlet("370831104209", "西岩店村", 0, 1, 6),
	hamlet("370831104210", "官园村", 1, 1, 6),
	hamlet("370831104211", "孟家村", 2, 1, 6),
	hamlet("370831104215", "卞家庄村", 3, 1, 6),
	hamlet("370831104216", "三角湾村", 4, 1, 6),
	hamlet("370831104226", "下芦城村", 5, 1, 6),
	hamlet("370831104228", "西芦城村", 0, 2, 6),
	hamlet("370831104233", "立山庄村", 1, 2, 6),
	hamlet("370831104237", "永兴庄村", 2, 2, 6),
	hamlet("370831104238", "水泉庄村", 3, 2, 6),
	hamlet("370831104239", "东乔家村", 4, 2, 6),
	hamlet("370831104240", "北玉沟前村", 5, 2, 6),
	hamlet("370831104241", "北玉沟后村", 0, 3, 6),
	hamlet("370831104242", "南临泗村", 1, 3, 6),
	hamlet("370831104243", "西音义村", 2, 3, 6),
	hamlet("370831104244", "东音义村", 3, 3, 6),
	hamlet("370831104245", "房家楼村", 4, 3, 6),
	hamlet("370831104246", "涝家庄村", 5, 3, 6),
	hamlet("370831104247", "南玉沟村", 0, 4, 6),
	hamlet("370831104248", "马家坡村", 1, 4, 6),
	hamlet("370831104249", "代家庄村", 2, 4, 6),
	hamlet("370831104250", "西王家庄村", 3, 4, 6),
	hamlet("370831104251", "丁家寨村", 4, 4, 6),
	hamlet("370831104252", "葫芦套村", 5, 4, 6),
	hamlet("370831104253", "曹家庄村", 0, 5, 6),
	hamlet("370831104254", "金峪村", 1, 5, 6),
	hamlet("370831104255", "芦城村", 2, 5, 6),
	hamlet("370831104256", "玉泉村", 3, 5, 6),
	hamlet("370831104257", "戈山厂村", 4, 5, 6),
}

// hamlet is a village in a cell of a rural town's plan; villages stand 1,700 metres apart from west to east and 1,500
// from south to north.
func hamlet(code, name string, column, row, weight int) Area {
	return Area{
		Division: Division{Code: code, Name: name, Parent: code[:9], Level: kg.LevelVillage},
		East:     column * 170000, North: row * 150000, Width: 160000, Height: 110000, Weight: weight,
	}
}
