package main

import (
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/trust"
)

// window is the arguments that page a connection.
const window = `
    "Take the first so many, 1 to 200; 20 where neither first nor last is given. 前若干项"
    first: Int
    "Start after this cursor. 起始游标"
    after: String
    "Take the last so many, 1 to 200. 后若干项"
    last: Int
    "End before this cursor. 终止游标"
    before: String`

// structured are the GraphQL types of fields that hold a structure.
var structured = map[string]string{
	"formerCodes": "[DatedCode!]", "boundary": "GeoJSON", "refusals": "[Refusal!]", "openingHours": "[Opening!]",
	"specialties": "[Specialty!]", "responder": "Responder", "figures": "MeasureFigures",
	"deadlines": "[RingDeadline!]", "candidates": "[RingCandidate!]", "leftOut": "[RingOmission!]", "waves": "[RingWave!]", "outbox": "[RingLetter!]",
	"consents": "[Consent!]", "corrections": "[Correction!]", "past": "RingPast",
}

func fieldType(f *kg.Field) string {
	switch f.Type {
	case kg.Text:
		if f.Moment {
			return "DateTime"
		}
		return "String"
	case kg.Int:
		return "Int"
	case kg.Bool:
		return "Boolean"
	case kg.Day:
		return "Date"
	case kg.Pick:
		return f.Enum.Name
	case kg.Flags:
		return "[CareFlagSpan!]"
	case kg.Spot:
		return "Point"
	}
	return structured[f.Name]
}

// kind is the schema file of one kind: type, filter, order, connection.
func kind(d kg.KindDef) string {
	var b strings.Builder
	b.WriteString("# " + generated + "\n\n")
	b.WriteString(doc("", d.EN, d.ZH) + "type " + d.Type + " implements Node" + typeRule(d.Kind) + " {\n" + commonFields)
	for _, f := range kg.FieldsOf(d.Kind) {
		if f.Hidden {
			continue
		}
		en := f.EN
		if f.Class != kg.Open {
			en += fmt.Sprintf(" Privacy class: %s.", f.Class)
		}
		b.WriteString(doc("  ", en, f.ZH) + fmt.Sprintf("  %s: %s\n", f.Name, fieldType(&f)))
	}
	if d.Kind == kg.KindPerson {
		b.WriteString(doc("  ", "Whether the person is a full or probationary party member.", "是否党员") + "  partyMember: Boolean!\n")
	}
	for _, l := range kg.LinksOf(d.Kind) {
		b.WriteString(linkField(l))
	}
	if inTree(d.Kind) {
		b.WriteString(containment)
	}
	b.WriteString("}\n\n")
	b.WriteString(where(d))
	b.WriteString(orders(d.Type, d.Kind))
	b.WriteString(groupings(d))
	b.WriteString(connection(d.Type, d.ZH, typeRule(d.Kind)))
	return b.String()
}

const commonFields = `  "Id, the same for ever. 编号"
  id: ID!
  "What it is. 类别"
  kind: Kind!
  "The text by which people know it. 名称"
  title: String!
  "Version of the record: 1 at creation, one more at each change. 版本"
  version: Int!
  "First day of its life span; null: open. 存续起始日"
  validFrom: Date
  "Day on which its life span ends; null: open. 存续终止日"
  validTo: Date
  "Where the record comes from. 来源"
  source: String
  "How sure the source is, 0 to 1; null: unknown. 可信度"
  confidence: Float
`

const containment = `  "What directly contains this. 上级"
  parent: Node
  "What contains this, nearest first. 各级上级"
  ancestors(
    "Only nodes of these kinds. 类别"
    kinds: [Kind!]` + window + `
  ): NodeConnection!
  "What this directly contains. 下级"
  children(
    "Only nodes of these kinds. 类别"
    kinds: [Kind!]
    "Condition on the node. 条件"
    where: NodeWhere
    "Order; by title where not given. 排序"
    orderBy: NodeOrder` + window + `
  ): NodeConnection!
  "What this contains, at any depth. 各级下级"
  descendants(
    "Only nodes of these kinds. 类别"
    kinds: [Kind!]
    "Condition on the node. 条件"
    where: NodeWhere
    "Order; by title where not given. 排序"
    orderBy: NodeOrder` + window + `
  ): NodeConnection!
`

// inTree says whether the kind is part of the containment tree.
func inTree(k kg.Kind) bool {
	d := kg.PartOf.Def()
	return slices.Contains(d.Froms(), k) || slices.Contains(d.Tos(), k)
}

func linkField(l kg.Link) string {
	return doc("  ", l.EN, l.ZH) + fmt.Sprintf(`  %s(
    "Condition on the tie and on the node at its far end. 条件"
    where: %sMatch
    "Order of the nodes at the far end. 排序"
    orderBy: %sOrder%s
  ): %sConnection!%s
`, l.Name, capital(l.Name), nodeType(l.Far), window, capital(l.Name), linkRule(l))
}

// where is the kind's filter input.
func where(d kg.KindDef) string {
	var b strings.Builder
	name := d.Type + "Where"
	b.WriteString(doc("", "Condition on a "+strings.ToLower(d.Type)+": all that is given must hold.", d.ZH+"条件") + "input " + name + " {\n")
	b.WriteString(fmt.Sprintf(`  "Each of these must hold. 并且"
  and: [%[1]s!]
  "One of these must hold. 或者"
  or: [%[1]s!]
  "This must not hold. 非"
  not: %[1]s
  "One of these ids. 编号"
  id: [ID!]
  "Condition on the title. 名称"
  title: TitleFilter%[2]s
  "In this area or below. 所在区域"
  area: ID
  "Within a distance of a point. 附近"
  near: NearInput%[3]s
`, name, titleRule(d.Kind), needs(trust.Detail)))
	for _, f := range kg.FieldsOf(d.Kind) {
		if t := whereType(&f); t != "" {
			b.WriteString(doc("  ", f.EN, f.ZH) + fmt.Sprintf("  %s: %s%s\n", f.Name, t, asking(&f)))
		}
	}
	if d.Kind == kg.KindPerson {
		b.WriteString(doc("  ", "Whether the person is a full or probationary party member.", "是否党员") + "  partyMember: Boolean\n")
	}
	for _, l := range kg.LinksOf(d.Kind) {
		b.WriteString(doc("  ", l.EN, l.ZH) + fmt.Sprintf("  %s: %sFilter%s\n", l.Name, capital(l.Name), needs(trust.Following(l.Relation, l.Far))))
	}
	b.WriteString("}\n\n")
	return b.String()
}

func whereType(f *kg.Field) string {
	if !f.Filterable {
		return ""
	}
	switch f.Type {
	case kg.Text:
		if f.Moment {
			return "DateTimeFilter"
		}
		if f.Name == "name" {
			return "TitleFilter"
		}
		return "TextFilter"
	case kg.Int:
		return "IntFilter"
	case kg.Bool:
		return "Boolean"
	case kg.Day:
		return "DateFilter"
	case kg.Pick, kg.Flags:
		return "[" + f.Enum.Name + "!]"
	}
	return ""
}

// orders is the order input of a kind, or of Node where no kind is given.
func orders(typ string, k kg.Kind) string {
	var b strings.Builder
	b.WriteString(doc("", "What a list of "+typ+" can be ordered by.", "排序字段") + "enum " + typ + "OrderField {\n")
	b.WriteString(doc("  ", "By id.", "编号") + "  ID\n" + doc("  ", "By title: pinyin, numbers by value.", "名称") + "  TITLE" + titleRule(k) + "\n")
	for _, f := range kg.FieldsOf(k) {
		if f.Sortable {
			b.WriteString(doc("  ", f.EN, f.ZH) + "  " + screaming(f.Name) + asking(&f) + "\n")
		}
	}
	b.WriteString("}\n\n" + doc("", "Order of a list of "+typ+"; equal values come by id.", "排序") + "input " + typ + "Order {\n" +
		doc("  ", "By what.", "字段") + "  field: " + typ + "OrderField!\n" + doc("  ", "Which way.", "方向") + "  direction: OrderDirection! = ASC\n}\n\n")
	return b.String()
}

func connection(typ, zh, rule string) string {
	return doc("", "A page of "+typ+".", zh+"分页") + "type " + typ + "Connection" + rule + " {\n" +
		doc("  ", "The edges.", "边") + "  edges: [" + typ + "Edge!]!\n" + connectionRest(typ, typ) +
		doc("", "A place on a page of "+typ+".", zh+"边") + "type " + typ + "Edge" + rule + " {\n" +
		doc("  ", "The node.", "节点") + "  node: " + typ + "!\n" + doc("  ", "Cursor of this place.", "游标") + "  cursor: String!\n}\n\n"
}

// connectionRest is what every connection has besides its edges; groups names what its counts are by.
func connectionRest(typ, groups string) string {
	return doc("  ", "The nodes of the edges.", "节点") + "  nodes: [" + typ + "!]!\n" +
		doc("  ", "Where the page lies.", "分页信息") + "  pageInfo: PageInfo!\n" +
		doc("  ", "How many there are in all, whatever the page.", "总数") + "  totalCount: Int\n" +
		doc("  ", "How many there are by group, whatever the page; the largest group first, then by key. More than 1,000 groups (nested: 5,000 of all places together) are refused.", "分组计数") +
		"  counts(\n" + doc("    ", "By what: exactly one.", "分组方式") + "    groupBy: " + groups + "GroupBy!\n  ): [CountGroup!]!\n}\n\n"
}
