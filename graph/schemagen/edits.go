package main

import (
	"fmt"
	"strings"

	"lintu/kg"
	"lintu/trust"
)

// structuredInput are the input types of fields that hold a structure.
var structuredInput = map[string]string{
	"formerCodes": "[DatedCodeInput!]", "boundary": "BoundaryInput", "refusals": "[RefusalInput!]", "openingHours": "[OpeningInput!]",
	"specialties": "[SpecialtyInput!]", "responder": "ResponderInput", "figures": "MeasureFiguresInput",
}

func inputFieldType(f *kg.Field) string {
	switch f.Type {
	case kg.Flags:
		return "[CareFlagInput!]"
	case kg.Spot:
		return "PositionInput"
	case kg.Data:
		return structuredInput[f.Name]
	}
	return fieldType(f)
}

// edits is the schema of the inputs of edits: for each kind what creates and what changes a node, for each relation
// what makes a tie.
func edits() string {
	var b strings.Builder
	b.WriteString("# " + generated + "\n\n")
	oneOf(&b, "CreateInput", "A node to create, by its kind: exactly one", "新建节点", func(add func(name, typ, en, zh string)) {
		for _, d := range edited() {
			add(d.One, d.Type+"Input", d.EN, d.ZH)
		}
	})
	oneOf(&b, "ChangeInput", "A node to change, by its kind: exactly one", "修改节点", func(add func(name, typ, en, zh string)) {
		for _, d := range edited() {
			add(d.One, d.Type+"Change", d.EN, d.ZH)
		}
	})
	oneOf(&b, "TieInput", "A tie to make, by its relation: exactly one", "新建关系", func(add func(name, typ, en, zh string)) {
		for _, d := range tied() {
			add(d.Name(), capital(d.Name())+"Tie", d.EN, d.ZH)
		}
	})
	for _, d := range edited() {
		b.WriteString(createInput(d) + changeInput(d))
	}
	for _, d := range tied() {
		b.WriteString(tieInput(d))
	}
	b.WriteString(tieChange())
	return b.String()
}

// edited are the kinds that edits make and change, tied the relations: records of what happened are written by the program.
func edited() (kinds []kg.KindDef) {
	for _, d := range kg.Kinds {
		if !d.Kind.Record() {
			kinds = append(kinds, d)
		}
	}
	return kinds
}

func tied() (relations []*kg.RelationDef) {
	for i := range kg.Relations {
		if d := &kg.Relations[i]; !d.Record() {
			relations = append(relations, d)
		}
	}
	return relations
}

func oneOf(b *strings.Builder, name, en, zh string, fields func(add func(name, typ, en, zh string))) {
	b.WriteString(doc("", en, zh) + "input " + name + " @oneOf {\n")
	fields(func(name, typ, en, zh string) { b.WriteString(doc("  ", en, zh) + "  " + name + ": " + typ + "\n") })
	b.WriteString("}\n\n")
}

// lifeInput are the fields that nodes and ties have alike.
const lifeInput = `  "First day; open where not given. 起始日期"
  validFrom: Date
  "Day on which it ends, itself not in it; open where not given. 终止日期"
  validTo: Date
  "Where the record comes from. 来源"
  source: String
  "How sure the source is, 0 to 1. 可信度"
  confidence: Float
`

func kindFields(d kg.KindDef) string {
	var b strings.Builder
	for _, f := range kg.FieldsOf(d.Kind) {
		if f.Kept {
			continue
		}
		en := f.EN
		if f.Type == kg.Spot || f.Name == "boundary" {
			en = "Where it is, with the datum that the numbers are measured against."
		}
		b.WriteString(doc("  ", en, f.ZH) + fmt.Sprintf("  %s: %s\n", f.Name, inputFieldType(&f)))
	}
	return b.String()
}

func createInput(d kg.KindDef) string {
	return doc("", "A "+d.Type+" to create.", d.ZH) + "input " + d.Type + "Input {\n" +
		doc("  ", "How later changes of the same edit name it, at most 100 bytes; not kept.", "临时键") + "  key: String\n" +
		kindFields(d) + lifeInput + "}\n\n"
}

func changeInput(d kg.KindDef) string {
	return doc("", "Fields of a "+d.Type+" that get new values. What is not given stays, null clears.", d.ZH) + "input " + d.Type + "Change {\n" +
		doc("  ", "Its id, or the key of an earlier create.", "编号") + "  id: ID!\n" +
		doc("  ", "The version that this change counts on, as an answer gave it.", "版本") + "  version: Int!\n" +
		kindFields(d) + lifeInput + "}\n\n"
}

func tieInput(d *kg.RelationDef) string {
	var b strings.Builder
	b.WriteString(doc("", "A tie ("+string(d.Relation)+") to make: from "+kindsInWords(d.Froms())+" to "+kindsInWords(d.Tos())+".", d.ZH))
	b.WriteString("input " + capital(d.Name()) + "Tie {\n")
	b.WriteString(doc("  ", "Where it starts: an id, or the key of an earlier create.", "起点") + "  from: ID!\n")
	b.WriteString(doc("  ", "Where it leads: an id, or the key of an earlier create.", "终点") + "  to: ID!\n")
	for _, f := range tieFields(d) {
		b.WriteString(doc("  ", f.EN, f.ZH) + fmt.Sprintf("  %s: %s\n", f.Name, tieInputType(f)))
	}
	if d.RefName != "" {
		b.WriteString(doc("  ", refDoc[d.RefName][0], refDoc[d.RefName][1]) + fmt.Sprintf("  %s: ID\n", d.RefName))
	}
	return b.String() + lifeInput + "}\n\n"
}

// tieChange is one input for ties of every relation: which fields a tie carries, its relation says.
func tieChange() string {
	var b strings.Builder
	b.WriteString(doc("", "Fields of a tie that get new values; relation and ends never change. What is not given stays, null clears. Fields that its relation does not carry are refused.", "修改关系"))
	b.WriteString("input TieChange {\n")
	b.WriteString(doc("  ", "Id of the tie.", "关系编号") + "  id: ID!\n")
	b.WriteString(doc("  ", "The version that this change counts on, as an answer gave it.", "版本") + "  version: Int!\n")
	for _, f := range kg.TieFields() {
		b.WriteString(doc("  ", f.EN, f.ZH) + fmt.Sprintf("  %s: %s\n", f.Name, tieInputType(f)))
	}
	for _, name := range []string{"onBehalfOf", "site"} {
		b.WriteString(doc("  ", refDoc[name][0], refDoc[name][1]) + fmt.Sprintf("  %s: ID\n", name))
	}
	return b.String() + lifeInput + "}\n\n" + editedTie()
}

func tieInputType(f kg.TieField) string {
	if f.Name == "hours" {
		return "[DutyInput!]"
	}
	return tieFieldType(f)
}

// editedTie shows a tie of any relation.
func editedTie() string {
	var b strings.Builder
	b.WriteString(doc("", "A tie, as an edit left it; a deleted one as it was.", "关系"))
	b.WriteString("type EditedTie" + needs(trust.Edit) + " {\n")
	b.WriteString(`  "Id of the tie. 关系编号"
  id: ID!
  "Type of the tie. 关系类型"
  relation: Relation!
  "Where it starts; null where that is gone. 起点"
  from: Node
  "Where it leads; null where that is gone. 终点"
  to: Node
  "What it refers to: the unit on whose behalf, the building of work. 相关节点"
  reference: Node
  "First day of validity; null: open. 生效日期"
  validFrom: Date
  "Day on which validity ends; null: open. 失效日期"
  validTo: Date
  "Where the record comes from. 来源"
  source: String
  "How sure the source is, 0 to 1; null: unknown. 可信度"
  confidence: Float
`)
	for _, f := range kg.TieFields() {
		b.WriteString(doc("  ", f.EN, f.ZH) + fmt.Sprintf("  %s: %s\n", f.Name, tieFieldType(f)))
	}
	return b.String() + "}\n"
}

func kindsInWords(kinds []kg.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Def().Type
	}
	return strings.Join(names, ", ")
}
