package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lintu/kg"
)

// generated are the tables that are written from kg's tables and from the schema, by page and name.
func generated(t *testing.T) map[string]map[string]string {
	return map[string]map[string]string{
		"docs/glossary.md": {
			"kinds": kindTable(), "relations": relationTable(), "tie fields": tieFieldTable(), "enums": enumTable(), "answer enums": answerEnums(t), "fields": fieldTable(),
		},
		"docs/privacy.md":       {"classes": classTable(), "roles": roleTable(), "purposes": purposeTable(), "consents": consentTable(), "retention": retentionTable()},
		"docs/privacy.zh-CN.md": {"classes": classTableZH(), "roles": roleTableZH(), "purposes": purposeTableZH(), "consents": consentTableZH(), "retention": retentionTableZH()},
		"docs/schema.md":        {"orders": orderTable()},
		"docs/layers.md":        {"parameters": parameterTable(), "tables": layerTables()},
		"docs/access.md":        {"given roles": givenRoleTable(), "purposes": purposeTable()},
	}
}

func TestGeneratedTablesAreUpToDate(t *testing.T) {
	for page, tables := range generated(t) {
		path := filepath.Join(root, page)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for name, table := range tables {
			begin, end := fmt.Sprintf("<!-- table: %s -->\n", name), "<!-- end of the table -->"
			before, rest, opened := strings.Cut(text, begin)
			old, after, closed := strings.Cut(rest, end)
			if !opened || !closed {
				t.Fatalf("%s has no place for the table %q", page, name)
			}
			if want := "\n" + table + "\n"; old != want {
				if !*update {
					t.Errorf("%s: the table %q is not that of the program; run go test ./docs -update", page, name)
				}
				text = before + begin + want + end + after
			}
		}
		if *update && text != string(b) {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What the tables must hold is asked of the text itself, so that a table that forgets something fails.
func TestTheGlossaryHasEveryKindRelationLinkFieldAndValue(t *testing.T) {
	text := pages(t)["docs/glossary.md"]
	has := func(what, word, chinese string) {
		t.Helper()
		if !strings.Contains(text, "`"+word+"`") {
			t.Errorf("the glossary does not have the %s %s", what, word)
		}
		if !strings.Contains(text, chinese) {
			t.Errorf("the glossary does not have the Chinese term of the %s %s, %s", what, word, chinese)
		}
	}
	for _, d := range kg.Kinds {
		has("kind", string(d.Kind), d.ZH)
		has("type", d.Type, d.ZH)
		for _, f := range kg.FieldsOf(d.Kind) {
			has("field", f.Name, f.ZH)
		}
	}
	for _, d := range kg.Relations {
		has("relation", string(d.Relation), d.ZH)
	}
	for _, l := range kg.AllLinks() {
		has("link", l.Name, l.ZH)
	}
	for _, f := range kg.TieFields() {
		has("field of ties", f.Name, f.ZH)
	}
	for _, e := range kg.Enums {
		has("enum", e.Name, e.ZH)
		for _, v := range e.Values {
			has("value", v.Name, v.ZH)
		}
	}
	for _, name := range kg.Reserved {
		has("reserved kind", name, "")
	}
}

func table(head []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(head)
	line(slices.Repeat([]string{"---"}, len(head)))
	for _, cells := range rows {
		line(cells)
	}
	return b.String()
}

func quoted[S ~string](words []S) string {
	var out []string
	for _, w := range words {
		out = append(out, "`"+string(w)+"`")
	}
	return strings.Join(out, " ")
}

func types(kinds []kg.Kind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.Def().Type)
	}
	return strings.Join(names, ", ")
}

func kindTable() string {
	var rows [][]string
	for _, d := range kg.Kinds {
		rows = append(rows, []string{"`" + d.Type + "`", d.ZH, "`" + string(d.Kind) + "`", "`" + d.One + "` `" + d.Many + "`", "`" + d.One + "_`", d.EN})
	}
	return table([]string{"type", "中文", "kind", "root fields", "ids begin with", "meaning"}, rows)
}

func relationTable() string {
	var rows [][]string
	for i := range kg.Relations {
		d := &kg.Relations[i]
		third := ""
		if d.RefName != "" {
			third = fmt.Sprintf("`%s` %s, back by `%s` %s", d.RefName, d.RefKind.Def().Type, d.RefReverse, d.RefZH)
		}
		once := ""
		if d.One {
			once = "one"
		}
		rows = append(rows, []string{
			"`" + string(d.Relation) + "`", types(d.Froms()), "`" + d.Forward + "` " + d.ZH, types(d.Tos()), "`" + d.Reverse + "` " + d.RZH,
			quoted(d.Fields), third, once,
		})
	}
	return table([]string{"relation", "from", "field there", "to", "field there", "the tie carries", "third node", "at a time"}, rows)
}

func tieFieldTable() string {
	var rows [][]string
	for _, f := range kg.TieFields() {
		rows = append(rows, []string{"`" + f.Name + "`", f.ZH, f.EN, quoted(f.Values)})
	}
	return table([]string{"field", "中文", "meaning", "values"}, rows)
}

func enumTable() string {
	var rows [][]string
	for _, e := range kg.Enums {
		var values []string
		for _, v := range e.Values {
			values = append(values, "`"+v.Name+"` "+v.ZH)
		}
		rows = append(rows, []string{"`" + e.Name + "`", e.ZH, strings.Join(values, ", ")})
	}
	return table([]string{"enum", "中文", "values"}, rows)
}

// answerEnums are the enums of the schema that are not made from kg's tables.
func answerEnums(t *testing.T) string {
	served := schema(t)
	made := []string{"Kind", "Relation"}
	for _, e := range kg.Enums {
		made = append(made, e.Name)
	}
	var rows [][]string
	for name, d := range served.Types {
		if d.Kind != "ENUM" || d.BuiltIn || slices.Contains(made, name) || (strings.HasSuffix(name, "OrderField") && name != "UnitCoverageOrderField") {
			continue
		}
		var values []string
		for _, v := range d.EnumValues {
			values = append(values, "`"+v.Name+"` "+chinese(v.Description))
		}
		rows = append(rows, []string{"`" + name + "`", chinese(d.Description), strings.Join(values, ", ")})
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return table([]string{"enum", "中文", "values"}, rows)
}

// chinese is the Chinese term of a description: what stands after the last English sentence.
func chinese(description string) string {
	return strings.TrimSpace(description[strings.LastIndex(description, ". ")+1:])
}

func fieldTable() string {
	var rows [][]string
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			var marks []string
			for mark, set := range map[string]bool{"filter": f.Filterable, "order": f.Sortable, "search": f.Searched, "key": f.Key} {
				if set {
					marks = append(marks, mark)
				}
			}
			slices.Sort(marks)
			class := string(f.Class)
			if f.Class == kg.Open {
				class = ""
			}
			rows = append(rows, []string{d.Type, "`" + f.Name + "`", f.ZH, string(f.Type), strings.Join(marks, ", "), class})
		}
	}
	return table([]string{"type", "field", "中文", "stored as", "used to", "privacy class"}, rows)
}

func classTable() string {
	var rows [][]string
	for _, class := range []kg.Privacy{kg.Personal, kg.Sensitive} {
		for _, d := range kg.Kinds {
			for _, f := range kg.FieldsOf(d.Kind) {
				if f.Class == class {
					rows = append(rows, []string{string(class), d.Type, "`" + f.Name + "`", f.ZH})
				}
			}
		}
	}
	return table([]string{"class", "type", "field", "中文"}, rows)
}

func orderTable() string {
	var rows [][]string
	for _, d := range kg.Kinds {
		fields := []string{"ID", "TITLE"}
		for _, f := range kg.FieldsOf(d.Kind) {
			if f.Sortable {
				fields = append(fields, screaming(f.Name))
			}
		}
		rows = append(rows, []string{d.Type, quoted(fields)})
	}
	return table([]string{"type", "`orderBy.field`"}, rows)
}

// screaming turns birthDate into BIRTH_DATE, as the schema does.
func screaming(name string) string {
	var b strings.Builder
	for _, r := range name {
		if 'A' <= r && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteString(strings.ToUpper(string(r)))
	}
	return b.String()
}
