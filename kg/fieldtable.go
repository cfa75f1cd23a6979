package kg

import "lintu/geo"

// fieldTable is the single source of what kinds hold. Ids, versions and life spans are not fields.
var fieldTable = map[Kind][]Field{
	KindDivision: {
		textField("code", func(n *Division) *string { return &n.Code }, "Code in its scheme.", "区划代码", sorted, searched, keyed),
		textField("codeScheme", func(n *Division) *string { return &n.CodeScheme }, "Scheme of the code.", "代码体系", listed, keyed),
		textField("name", func(n *Division) *string { return &n.Name }, "Name.", "名称", listed),
		pickField("level", Levels, func(n *Division) *Level { return &n.Level }, "Level.", "级别", listed),
		pickField("form", TownshipForms, func(n *Division) *TownshipForm { return &n.Form }, "Form, at township level.", "乡级形式", listed),
		dataField("formerCodes", func(n *Division) *[]DatedCode { return &n.FormerCodes }, "Codes that it had.", "曾用代码"),
		dataField("boundary", func(n *Division) **geo.Shape { return &n.Boundary }, "Boundary, WGS-84 GeoJSON.", "边界"),
	},
	KindGrid: {
		textField("code", func(n *Grid) *string { return &n.Code }, "Code.", "网格编码", sorted, searched, keyed),
		textField("name", func(n *Grid) *string { return &n.Name }, "Name.", "名称", listed),
		textField("level", func(n *Grid) *string { return &n.Level }, "Level: BASE, MICRO.", "网格级别", listed),
	},
	KindCompound: {
		textField("code", func(n *Compound) *string { return &n.Code }, "Code.", "小区编码", sorted, searched, keyed),
		textField("name", func(n *Compound) *string { return &n.Name }, "Name.", "名称", listed),
		textField("address", func(n *Compound) *string { return &n.Address }, "Address.", "地址", searched),
		pickField("managementKind", ManagementKinds, func(n *Compound) *ManagementKind { return &n.ManagementKind }, "How it is managed.", "管理类型", listed),
		boolField("redProperty", func(n *Compound) *bool { return &n.RedProperty }, "Whether its property service is party-led.", "红色物业", listed),
	},
	KindBuilding: {
		textField("code", func(n *Building) *string { return &n.Code }, "Code.", "楼栋编码", sorted, searched, keyed),
		textField("name", func(n *Building) *string { return &n.Name }, "Name.", "名称", listed),
		textField("address", func(n *Building) *string { return &n.Address }, "Address.", "地址", searched),
		intField("floors", func(n *Building) *int { return &n.Floors }, "Number of floors.", "层数", sorted),
		pointField("point", func(n *Building) **geo.Point { return &n.Point }, "Point, WGS-84 degrees.", "坐标", listed),
	},
	KindEntrance: {
		textField("number", func(n *Entrance) *string { return &n.Number }, "Number in the building.", "单元号", listed, keyed),
		boolField("hasLift", func(n *Entrance) *bool { return &n.HasLift }, "Whether it has a lift.", "有无电梯", listed),
		pointField("point", func(n *Entrance) **geo.Point { return &n.Point }, "Own point, WGS-84 degrees, where known.", "坐标", listed),
	},
	KindHousehold: {
		textField("number", func(n *Household) *string { return &n.Number }, "Number of the door.", "户号", personal, listed, keyed),
		intField("floor", func(n *Household) *int { return &n.Floor }, "Floor of the door.", "楼层", sensitive, sorted),
		textField("room", func(n *Household) *string { return &n.Room }, "Room.", "房间", personal),
		pickField("careLevel", CareLevels, func(n *Household) *CareLevel { return &n.CareLevel }, "Care level.", "关爱等级", sensitive, listed),
		flagsField("careFlags", CareFlags, func(n *Household) *[]Flag { return &n.CareFlags }, "Care flags of the household itself, dated.", "关爱标签", sensitive, listed),
		dataField("refusals", func(n *Household) *[]Refusal { return &n.Refusals }, "People whom the household does not want as responders.", "谢绝人员", sensitive),
	},
	KindPlace: {
		textField("code", func(n *Place) *string { return &n.Code }, "Code.", "阵地编码", sorted, searched, keyed),
		textField("name", func(n *Place) *string { return &n.Name }, "Name.", "名称", listed),
		textField("placeKind", func(n *Place) *string { return &n.PlaceKind }, "Kind of place.", "阵地类型", listed),
		textField("address", func(n *Place) *string { return &n.Address }, "Address.", "地址", searched),
		pointField("point", func(n *Place) **geo.Point { return &n.Point }, "Point, WGS-84 degrees.", "坐标", listed),
		dataField("openingHours", func(n *Place) *[]Opening { return &n.OpeningHours }, "Opening hours, with seasons.", "开放时间"),
	},
	KindPartyOrg: {
		textField("code", func(n *PartyOrg) *string { return &n.Code }, "Code.", "党组织编码", sorted, searched, keyed),
		textField("name", func(n *PartyOrg) *string { return &n.Name }, "Name.", "名称", listed),
		textField("orgKind", func(n *PartyOrg) *string { return &n.OrgKind }, "Kind of organization.", "党组织类型", listed),
		intField("tier", func(n *PartyOrg) *int { return &n.Tier }, "Tier in its scheme, 1 at the top.", "层级", sorted),
		textField("scheme", func(n *PartyOrg) *string { return &n.Scheme }, "Scheme of tiers: city-5, village-3.", "层级体系", listed),
	},
	KindJointCommittee: {
		textField("code", func(n *JointCommittee) *string { return &n.Code }, "Code.", "编码", sorted, searched, keyed),
		textField("name", func(n *JointCommittee) *string { return &n.Name }, "Name.", "名称", listed),
		textField("committeeKind", func(n *JointCommittee) *string { return &n.CommitteeKind }, "Kind of joint committee.", "类型", listed),
	},
	KindUnit: {
		textField("code", func(n *Unit) *string { return &n.Code }, "Code.", "单位编码", sorted, searched, keyed),
		textField("name", func(n *Unit) *string { return &n.Name }, "Name.", "名称", listed),
		textField("unitKind", func(n *Unit) *string { return &n.UnitKind }, "Kind of unit.", "单位类型", listed),
	},
	KindResidentBody: {
		textField("code", func(n *ResidentBody) *string { return &n.Code }, "Code.", "编码", sorted, searched, keyed),
		textField("name", func(n *ResidentBody) *string { return &n.Name }, "Name.", "名称", listed),
		textField("bodyKind", func(n *ResidentBody) *string { return &n.BodyKind }, "Kind of body.", "组织类型", listed),
	},
	KindTeam: {
		textField("code", func(n *Team) *string { return &n.Code }, "Code.", "队伍编码", sorted, searched, keyed),
		textField("name", func(n *Team) *string { return &n.Name }, "Name.", "名称", listed),
		textField("teamKind", func(n *Team) *string { return &n.TeamKind }, "Kind of team.", "队伍类型", listed),
		boolField("temporary", func(n *Team) *bool { return &n.Temporary }, "Whether it was made for a time only.", "是否临时", listed),
	},
	KindPerson: {
		textField("registerNo", func(n *Person) *string { return &n.RegisterNo }, "Register number of the office.", "登记编号", personal, listed, keyed),
		textField("name", func(n *Person) *string { return &n.Name }, "Name.", "姓名", personal, listed),
		pickField("sex", Sexes, func(n *Person) *Sex { return &n.Sex }, "Sex.", "性别", listed),
		dayField("birthDate", func(n *Person) *Date { return &n.BirthDate }, "Date of birth.", "出生日期", personal, sorted),
		textField("phone", func(n *Person) *string { return &n.Phone }, "Telephone number.", "电话", personal),
		pickField("partyStatus", PartyStatuses, func(n *Person) *PartyStatus { return &n.PartyStatus }, "Party status.", "党员身份", listed),
		boolField("retired", func(n *Person) *bool { return &n.Retired }, "Whether retired.", "是否退休", listed),
		flagsField("careFlags", CareFlags, func(n *Person) *[]Flag { return &n.CareFlags }, "Care flags, dated.", "关爱标签", sensitive, listed),
		dataField("specialties", func(n *Person) *[]Specialty { return &n.Specialties }, "Specialties, each with its scheme.", "特长"),
		dataField("responder", func(n *Person) **Responder { return &n.Responder }, "Responder profile: consents, vetting, pauses, leave, weekly pattern, limits.", "响应人档案", sensitive),
	},
	KindDoorbell: {
		textField("serial", func(n *Doorbell) *string { return &n.Serial }, "Serial number of the device.", "设备序列号", sorted, searched, keyed),
		pickField("status", DoorbellStatuses, func(n *Doorbell) *DoorbellStatus { return &n.Status }, "State of the device.", "状态", listed),
		textField("model", func(n *Doorbell) *string { return &n.Model }, "Model.", "型号"),
	},
	KindMeasure: {
		textField("code", func(n *Measure) *string { return &n.Code }, "Its natural key: the area's id, the day and the question's name.", "度量编码", sorted, keyed),
		textField("question", func(n *Measure) *string { return &n.Question }, "Name of the standing question.", "问题", listed),
		dayField("day", func(n *Measure) *Date { return &n.Day }, "The day that was measured.", "日期", sorted),
		intField("targets", func(n *Measure) *int { return &n.Targets }, "Households to be looked after.", "服务对象数", listed),
		intField("covered", func(n *Measure) *int { return &n.Covered }, "Of these, those that are covered.", "已覆盖数", listed),
		dataField("figures", func(n *Measure) **Figures { return &n.Figures }, "The other figures.", "其他数据"),
	},
	KindRing:      ringFields,
	KindAlert:     alertFields,
	KindRingEvent: eventFields,
}
