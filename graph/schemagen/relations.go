package main

import (
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/trust"
)

// relations is the schema of every link: connection, edge with the tie's fields, and relation filter.
func relations() string {
	var b strings.Builder
	b.WriteString("# " + generated + "\n\n")
	b.WriteString(nodeWhere() + orders("Node", "") + nodeGroupings() + connection("Node", "节点", needs(trust.Anyone)))
	for i := range kg.Relations {
		b.WriteString(tieGroupField(&kg.Relations[i]))
	}
	for _, l := range kg.AllLinks() {
		b.WriteString(link(l))
	}
	return b.String()
}

func nodeWhere() string {
	var b strings.Builder
	b.WriteString(doc("", "Condition on a node of any kind: all that is given must hold.", "节点条件"))
	b.WriteString(`input NodeWhere {
  "Each of these must hold. 并且"
  and: [NodeWhere!]
  "One of these must hold. 或者"
  or: [NodeWhere!]
  "This must not hold. 非"
  not: NodeWhere
  "One of these ids. 编号"
  id: [ID!]
  "Of one of these kinds. 类别"
  kinds: [Kind!]
  "Condition on the title. 名称"
  title: TitleFilter` + titleRule("") + `
  "In this area or below. 所在区域"
  area: ID
`)
	for _, d := range kg.Kinds {
		b.WriteString(doc("  ", "It is a "+d.Type+" for which this holds.", d.ZH) + fmt.Sprintf("  %s: %sWhere%s\n", d.One, d.Type, shown(d.Kind)))
	}
	b.WriteString("}\n\n")
	return b.String()
}

func link(l kg.Link) string {
	d := l.Relation.Def()
	typ, far, rule := capital(l.Name), nodeType(l.Far), needs(trust.Following(l.Relation, l.Far)|trust.Own|trust.Alerts)
	var b strings.Builder
	b.WriteString(doc("", "A page of ties. "+l.EN, l.ZH) + "type " + typ + "Connection" + rule + " {\n" +
		doc("  ", "The ties, each with the node at its far end.", "关系") + "  edges: [" + typ + "Edge!]!\n" + connectionRest(far, typ) + linkGroupings(l))
	b.WriteString(doc("", "A tie ("+string(l.Relation)+") with the node at its far end.", l.ZH) + "type " + typ + "Edge" + rule + " {\n")
	b.WriteString(doc("  ", "The node at the far end.", "节点") + "  node: " + far + "!\n")
	b.WriteString(edgeCommon)
	for _, f := range tieFields(d) {
		b.WriteString(doc("  ", f.EN, f.ZH) + fmt.Sprintf("  %s: %s\n", f.Name, tieFieldType(f)))
	}
	if d.RefName != "" {
		b.WriteString(doc("  ", refDoc[d.RefName][0], refDoc[d.RefName][1]) + fmt.Sprintf("  %s: %s\n", d.RefName, d.RefKind.Def().Type))
	}
	if l.Direction == kg.ByRef {
		b.WriteString(doc("  ", "What the tie leads to: the committee, the area or the unit.", "所至") + "  target: Node\n")
	}
	b.WriteString("}\n\n")
	b.WriteString(linkFilter(l, typ, far))
	return b.String()
}

var refDoc = map[string][2]string{
	"onBehalfOf": {"The unit on whose behalf.", "代表单位"},
	"device":     {"The doorbell that rang.", "门铃"},
	"site":       {"The building where the work is done, if not the unit's own.", "工作地点"},
}

const edgeCommon = `  "Cursor of this place. 游标"
  cursor: String!
  "Id of the tie. 关系编号"
  id: ID!
  "Version of the tie. 版本"
  version: Int!
  "Type of the tie. 关系类型"
  relation: Relation!
  "First day of validity; null: open. 生效日期"
  validFrom: Date
  "Day on which validity ends; null: open. 失效日期"
  validTo: Date
  "Where the record comes from. 来源"
  source: String
  "How sure the source is, 0 to 1; null: unknown. 可信度"
  confidence: Float
`

func tieFields(d *kg.RelationDef) []kg.TieField {
	var out []kg.TieField
	for _, f := range kg.TieFields() {
		if slices.Contains(d.Fields, f.Name) {
			out = append(out, f)
		}
	}
	return out
}

func tieFieldType(f kg.TieField) string {
	switch {
	case f.Name == "hours":
		return "[Duty!]"
	case f.Type == kg.Data:
		return "DateTime"
	case f.Type == kg.Bool:
		return "Boolean"
	case f.Type == kg.Int:
		return "Int"
	}
	return "String"
}

// linkFilter is the relation filter: some, none and count of ties that match.
func linkFilter(l kg.Link, typ, far string) string {
	var b strings.Builder
	b.WriteString(doc("", "Condition on a tie ("+string(l.Relation)+") and the node at its far end, in one.", l.ZH+"条件") + "input " + typ + "Match {\n")
	b.WriteString(fmt.Sprintf(`  "One of these must hold. 或者"
  or: [%[1]sMatch!]
  "This must not hold. 非"
  not: %[1]sMatch
  "First day of validity. 生效日期"
  validFrom: DateFilter
  "Day on which validity ends. 失效日期"
  validTo: DateFilter
  "Condition on the node at the far end. 节点条件"
  node: %[2]sWhere
`, typ, far))
	if l.Relation == kg.OnDutyAt {
		b.WriteString(doc("  ", "On duty at this instant, which counts as the start of its half hour; the tie has to hold on the day asked for.", "此刻在岗") + "  at: DateTime\n")
	}
	for _, f := range tieFields(l.Relation.Def()) {
		if !f.Filterable {
			continue
		}
		t := map[kg.FieldType]string{kg.Text: "TextFilter", kg.Int: "IntFilter", kg.Bool: "Boolean"}[f.Type]
		b.WriteString(doc("  ", f.EN, f.ZH) + fmt.Sprintf("  %s: %s\n", f.Name, t))
	}
	b.WriteString("}\n\n")
	b.WriteString(doc("", "Condition on how many ties ("+string(l.Relation)+") match.", l.ZH+"数量条件"))
	b.WriteString(fmt.Sprintf(`input %[1]sFilter {
  "At least one tie matches. 存在"
  some: %[1]sMatch
  "No tie matches. 不存在"
  none: %[1]sMatch
  "So many ties match. 数量"
  count: %[1]sCount
}

"How many ties match. 关系数量"
input %[1]sCount {
  "At least. 至少"
  gte: Int
  "At most. 至多"
  lte: Int
  "Which ties are counted; all where not given. 计数条件"
  match: %[1]sMatch
}

`, typ))
	return b.String()
}

// rootQueries is the pair of root fields of every kind.
func rootQueries() string {
	var b strings.Builder
	b.WriteString("# " + generated + "\n\nextend type Query {\n")
	for _, d := range kg.Kinds {
		key := `    "Its id. 编号"
    id: ID!
`
		if d.Kind == kg.KindDivision {
			key = `    "Its id; give id or code. 编号"
    id: ID
    "Its code; give id or code. 区划代码"
    code: String
`
		}
		b.WriteString(doc("  ", "One "+d.Type+"; null where there is none.", d.ZH) + fmt.Sprintf(`  %s(
%s    "As of this day; today where not given. 截至日期"
    asOf: Date
  ): %s%s
`, d.One, key, d.Type, shown(d.Kind)))
		b.WriteString(doc("  ", "A page of "+d.Type+".", d.ZH) + fmt.Sprintf(`  %s(
    "Condition. 条件"
    where: %sWhere
    "Order; by title where not given, people by id. 排序"
    orderBy: %sOrder%s
    "As of this day; today where not given. 截至日期"
    asOf: Date
  ): %sConnection!%s
`, d.Many, d.Type, d.Type, window, d.Type, shown(d.Kind)))
	}
	b.WriteString("}\n")
	return b.String()
}
