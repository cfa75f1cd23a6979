package audit

import "lintu/kg"

// rule is a demand on the nodes of a kind: each part of it holds. A finding names the parts that do not.
type rule struct {
	code  Code
	kind  kg.Kind
	of    kg.Filter // which nodes it is about; nil: all
	use   *use      // nil: everywhere
	parts []part
	count *tally // what Finding.Count tells; nil: nothing

	en, zh, source string
}

// use says when a town knows what the rule is about: something of a kind, anywhere in scope, satisfies a filter.
type use struct {
	kind kg.Kind
	has  kg.Filter
}

// part is one of a rule's demands. A name is told as missing; the part of a rule with one alone needs none.
type part struct {
	name string
	has  kg.Filter
}

// tally is which ties of a node are counted.
type tally struct {
	relation  kg.Relation
	direction kg.Direction
}

// The codes of the structure audit.
const (
	DoublePlacement    Code = "DOUBLE_PLACEMENT"
	Unregistered       Code = "UNREGISTERED"
	FiveOnes           Code = "FIVE_ONES"
	Unmanaged          Code = "COMPOUND_UNMANAGED"
	FourParties        Code = "FOUR_PARTIES"
	FewSeats           Code = "FEW_SEATS"
	UnitNoSeat         Code = "UNIT_NO_SEAT"
	UnitUnpaired       Code = "UNIT_UNPAIRED"
	BranchNoGroup      Code = "BRANCH_NO_GROUP"
	HubNoMember        Code = "HUB_NO_MEMBER"
	AreaNoMember       Code = "AREA_NO_MEMBER"
	OrgNoHead          Code = "ORG_NO_HEAD"
	GroupNoLeader      Code = "GROUP_NO_LEADER"
	CompoundNoHead     Code = "COMPOUND_NO_HEAD"
	BuildingNoHead     Code = "BUILDING_NO_HEAD"
	EntranceNoHead     Code = "ENTRANCE_NO_HEAD"
	GridNoWorker       Code = "GRID_NO_WORKER"
	GridNoLevel        Code = "GRID_NO_LEVEL"
	CommunityNoLawyer  Code = "COMMUNITY_NO_LAWYER"
	ManyPosts          Code = "MANY_POSTS"
	PostsApart         Code = "POSTS_APART"
	fewSeats, manyPost      = 3, 3
)

// some asks for one tie or more whose far end satisfies a filter.
func some(r kg.Relation, dir kg.Direction, node kg.Filter) kg.Filter { return atLeast(1, r, dir, node) }

func atLeast(n int, r kg.Relation, dir kg.Direction, node kg.Filter) kg.Filter {
	return kg.Linked{Relation: r, Direction: dir, Node: node, Min: n, Max: -1}
}

func is(field, value string) kg.Filter { return kg.Compare{Field: field, Op: kg.EQ, Value: value} }

func oneOf(field string, values ...any) kg.Filter { return kg.OneOf{Field: field, Values: values} }

// held asks for somebody who holds a post by one of the roles at the node.
func held(roles ...any) kg.Filter {
	return kg.Linked{Relation: kg.HoldsPost, Direction: kg.In, Tie: oneOf("role", roles...), Min: 1, Max: -1}
}

// known is the use of a post: somebody holds it somewhere at that kind of node.
func known(k kg.Kind, roles ...any) *use { return &use{k, held(roles...)} }

var (
	partyMember = oneOf("partyStatus", string(kg.PartyFull), string(kg.PartyProbationary))
	community   = is("level", string(kg.LevelCommunity))
	unitOrg     = some(kg.SetUpOn, kg.In, oneOf("orgKind", "unit branch", "unit committee"))
	kindOf      = func(k kg.Kind) kg.Filter { return kg.KindIn{k} }
)

// rules is the table of the structure audit's rules, in the order of findings.
var rules = []rule{
	{
		code: DoublePlacement, kind: kg.KindPerson, of: some(kg.RegisteredWith, kg.Out, nil),
		parts: []part{
			{"组织", kg.Linked{Relation: kg.BelongsTo, Direction: kg.Out, Tie: is("kind", "PLACED"), Min: 1, Max: -1}},
			{"队伍", some(kg.InTeam, kg.Out, nil)},
		},
		en: "A registered member who is not placed in an organization, or in no team.", zh: "未落实两个一律编入", source: "Huangshi: 两个一律编入",
	},
	{
		code: Unregistered, kind: kg.KindPerson, use: &use{kg.KindDivision, community},
		of:    kg.And{partyMember, kg.Not{F: kg.Compare{Field: "retired", Op: kg.EQ, Value: true}}, some(kg.WorksAt, kg.Out, unitOrg)},
		parts: []part{{"", some(kg.RegisteredWith, kg.Out, nil)}},
		en:    "A member in service at a unit with a party organization, registered nowhere.", zh: "未双报到", source: "Huangshi, Liwan: 双报到",
	},
	fiveOnes.rule(FiveOnes).described("A community without one of the five ones.", "五个一缺项", fiveOnes.Source),
	{
		code: Unmanaged, kind: kg.KindCompound,
		parts: []part{{"", some(kg.Serves, kg.In, kg.KindIn{kg.KindUnit, kg.KindResidentBody})}},
		en:    "A compound with neither company, unit nor committee.", zh: "三无小区", source: "Shishou: 三无小区; Shizuishan",
	},
	{
		code: FourParties, kind: kg.KindCompound, use: &use{kg.KindCompound, some(kg.SetUpOn, kg.In, nil)},
		parts: []part{
			{"社区党委", some(kg.InCompound, kg.Out, some(kg.SetUpOn, kg.In, nil))},
			{"小区党支部", some(kg.SetUpOn, kg.In, nil)},
			{"物业党支部", some(kg.Serves, kg.In, kg.And{kindOf(kg.KindUnit), some(kg.SetUpOn, kg.In, nil)})},
			{"业委会", some(kg.Serves, kg.In, kindOf(kg.KindResidentBody))},
		},
		en: "A compound whose square of four parties is not complete: the community's party committee, its own branch, the property company's branch, a committee of residents.", zh: "四方联动不全", source: "Sishui: 四方联动",
	},
	{
		code: FewSeats, kind: kg.KindJointCommittee, of: kg.Or{kg.Not{F: is("committeeKind", "联席会议")}, some(kg.SitsOn, kg.In, nil)},
		parts: []part{{"", atLeast(fewSeats, kg.SitsOn, kg.In, nil)}}, count: &tally{kg.SitsOn, kg.In},
		en: "A joint committee with fewer than three seats taken; a joint meeting only where it has seats at all.", zh: "委员不足三名", source: "Shizuishan: 兼职委员",
	},
	{
		code: UnitNoSeat, kind: kg.KindUnit, use: &use{kg.KindJointCommittee, nil}, of: some(kg.PairedWith, kg.Out, nil),
		parts: []part{{"", kg.Linked{Relation: kg.SitsOn, Direction: kg.ByRef, Min: 1, Max: -1}}},
		en:    "A paired unit on whose behalf nobody sits on a joint committee.", zh: "共建单位无兼职委员", source: "Shizuishan: 兼职委员",
	},
	{
		code: UnitUnpaired, kind: kg.KindUnit, of: unitOrg, parts: []part{{"", some(kg.PairedWith, kg.Out, nil)}},
		en: "A unit with a party organization that is paired with no area.", zh: "单位未结对", source: "Shishou, Sishui: 共驻共建",
	},
	{
		code: BranchNoGroup, kind: kg.KindPartyOrg, of: is("orgKind", "branch"), parts: []part{{"", some(kg.ChildOf, kg.In, nil)}},
		en: "A branch without a group below it.", zh: "党支部下无党小组", source: "Shishou, Sishui: 五级组织体系",
	},
	{
		code: HubNoMember, kind: kg.KindHousehold, of: some(kg.SetUpOn, kg.In, is("orgKind", "hub household")), parts: []part{{"", some(kg.LivesIn, kg.In, partyMember)}},
		en: "A hub household where no member lives.", zh: "党员中心户无党员", source: "Shishou, Sishui: 党员中心户",
	},
	{
		code: AreaNoMember, kind: kg.KindPartyOrg, of: is("orgKind", "responsibility area"), parts: []part{{"", some(kg.BelongsTo, kg.In, nil)}},
		en: "A responsibility area to which no member belongs.", zh: "党员责任区无党员", source: "Liwan: 党员责任区",
	},
	{
		code: OrgNoHead, kind: kg.KindPartyOrg, of: is("orgKind", "branch"), use: known(kg.KindPartyOrg, "书记"), parts: []part{{"书记", held("书记", "第一书记")}},
		en: "A branch without a secretary.", zh: "党支部书记空缺", source: "Sishui: 五级组织体系",
	},
	{
		code: GroupNoLeader, kind: kg.KindPartyOrg, of: is("orgKind", "group"), use: known(kg.KindPartyOrg, "组长"), parts: []part{{"组长", held("组长")}},
		en: "A party group without a leader.", zh: "党小组组长空缺", source: "Sishui: 楼栋党小组组长",
	},
	{
		code: CompoundNoHead, kind: kg.KindCompound, use: known(kg.KindCompound, "小区长", "院长"), parts: []part{{"小区长", held("小区长", "院长")}},
		en: "A compound without a head.", zh: "小区长空缺", source: "Sishui: 三长; Luancheng: 院长",
	},
	{
		code: BuildingNoHead, kind: kg.KindBuilding, of: some(kg.InCompound, kg.Out, nil), use: known(kg.KindBuilding, "楼栋长"), parts: []part{{"楼栋长", held("楼栋长")}},
		en: "A building of a compound without a head.", zh: "楼栋长空缺", source: "Sishui: 三长",
	},
	{
		code: EntranceNoHead, kind: kg.KindEntrance, use: known(kg.KindEntrance, "单元长"), parts: []part{{"单元长", held("单元长")}},
		en: "An entrance without a head.", zh: "单元长空缺", source: "Sishui: 三长",
	},
	{
		code: GridNoWorker, kind: kg.KindGrid, use: known(kg.KindGrid, "网格员"), parts: []part{{"网格员", held("网格员")}},
		en: "A grid without a grid worker.", zh: "网格员空缺", source: "Shishou, Luancheng: 网格员",
	},
	{
		code: GridNoLevel, kind: kg.KindGrid, use: known(kg.KindGrid, "两委委员"), parts: []part{{"书记", held("书记")}, {"两委委员", held("两委委员")}},
		en: "A grid that lacks one of the upper two levels of its staff.", zh: "四级网格缺级", source: "Luancheng: 四级网格",
	},
	{
		code: CommunityNoLawyer, kind: kg.KindDivision, of: community, use: known(kg.KindDivision, "律师"), parts: []part{{"律师", held("律师")}},
		en: "A community without a lawyer.", zh: "无法律顾问", source: "Huangshi: 一社区一法律顾问",
	},
	{
		code: ManyPosts, kind: kg.KindPerson, of: some(kg.HoldsPost, kg.Out, nil), parts: []part{{"", kg.Linked{Relation: kg.HoldsPost, Direction: kg.Out, Min: 0, Max: manyPost - 1}}},
		count: &tally{kg.HoldsPost, kg.Out},
		en:    "A person who holds three posts or more: one person on whom several bodies hang.", zh: "一人多职", source: "Sishui: 交叉任职",
	},
}

// described is a rule with what it says.
func (r rule) described(en, zh, source string) rule {
	r.en, r.zh, r.source = en, zh, source
	return r
}
