package main

import (
	"fmt"
	"strings"

	"lintu/kg"
	"lintu/trust"
)

// groupings is what lists of a kind can be counted by: its fields, areas, and the nodes that its links lead to.
func groupings(d kg.KindDef) string {
	var b strings.Builder
	b.WriteString(doc("", "By which field a list of "+d.Type+" is counted.", "分组字段") + "enum " + d.Type + "GroupField {\n")
	for _, f := range kg.FieldsOf(d.Kind) {
		if f.Filterable && f.Type != kg.Spot && !f.Moment {
			b.WriteString(doc("  ", f.EN, f.ZH) + "  " + screaming(f.Name) + asking(&f) + "\n")
		}
	}
	b.WriteString("}\n\n")
	b.WriteString(doc("", "By which relation of a "+d.Type+" it is counted.", "分组关系") + "enum " + d.Type + "GroupRelation {\n")
	for _, l := range kg.LinksOf(d.Kind) {
		b.WriteString(doc("  ", l.EN, l.ZH) + "  " + screaming(l.Name) + needs(trust.Following(l.Relation, l.Far)) + "\n")
	}
	b.WriteString("}\n\n")
	b.WriteString(groupBy(d.Type, d.Type, ""))
	return b.String()
}

// nodeGroupings is what nodes of several kinds can be counted by.
func nodeGroupings() string {
	return doc("", "By which field nodes of several kinds are counted.", "分组字段") + "enum NodeGroupField {\n" +
		doc("  ", "What they are.", "类别") + "  KIND\n}\n\n" + groupBy("Node", "Node", "")
}

// linkGroupings is what the ties of a link can be counted by: their own fields, and what their far ends can be.
func linkGroupings(l kg.Link) string {
	tie := ""
	if tieGroupField(l.Relation.Def()) != "" {
		tie = tieEnum(l.Relation)
	}
	return groupBy(capital(l.Name), nodeType(l.Far), tie)
}

func groupBy(name, far, tie string) string {
	var b strings.Builder
	b.WriteString(doc("", "By what to count: exactly one.", "分组方式") + "input " + name + "GroupBy @oneOf {\n")
	b.WriteString(doc("  ", "By a field of the node.", "字段") + fmt.Sprintf("  field: %sGroupField\n", far))
	if tie != "" {
		b.WriteString(doc("  ", "By a field of the tie.", "关系字段") + fmt.Sprintf("  tie: %s\n", tie))
	}
	b.WriteString(doc("  ", "By the areas that it is in.", "所在区域") + "  area: CountArea\n")
	if far != "Node" {
		b.WriteString(doc("  ", "By the nodes that it is tied with.", "关联节点") + fmt.Sprintf("  relation: %sGroupRelation\n", far))
	}
	b.WriteString("}\n\n")
	return b.String()
}

// tieEnum names the enum of the fields of a relation's ties: HoldsPostTieField.
func tieEnum(r kg.Relation) string {
	var b strings.Builder
	for _, word := range strings.Split(strings.ToLower(string(r)), "_") {
		b.WriteString(capital(word))
	}
	return b.String() + "TieField"
}

// tieGroupField is the enum of the fields by which ties of a relation are counted; empty where they carry none.
func tieGroupField(d *kg.RelationDef) string {
	values := ""
	for _, f := range tieFields(d) {
		if f.Filterable {
			values += doc("  ", f.EN, f.ZH) + "  " + screaming(f.Name) + "\n"
		}
	}
	if values == "" {
		return ""
	}
	return doc("", "By which field ties ("+string(d.Relation)+") are counted.", "分组字段") + "enum " + tieEnum(d.Relation) + " {\n" + values + "}\n\n"
}
