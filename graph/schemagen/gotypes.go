package main

import (
	"fmt"
	"strings"

	"lintu/kg"
)

// goNodes are the Go types behind the GraphQL types of kinds: one struct a kind, a method a field.
func goNodes() string {
	var b strings.Builder
	b.WriteString(goMark + "package model\n\nimport (\n\"context\"\n\n\"lintu/geo\"\n\"lintu/kg\"\n\"lintu/store\"\n\"lintu/loaders\"\n)\n\n")
	b.WriteString("// Wrap puts an item into the type of its kind; nil gives nil.\nfunc Wrap(env *loaders.Env, item *store.Item) Node {\nif item == nil || item.Node == nil {\nreturn nil\n}\no := object{env: env, item: item}\nswitch n := item.Node.(type) {\n")
	for _, d := range kg.Kinds {
		fmt.Fprintf(&b, "case *kg.%s:\nreturn &%s{object: o, n: n}\n", d.Type, d.Type)
	}
	b.WriteString("}\nreturn nil\n}\n\n")
	for _, d := range kg.Kinds {
		goKind(&b, d)
	}
	for _, l := range kg.AllLinks() {
		far := "Node"
		if len(l.Far) == 1 {
			far = "*" + l.Far[0].Def().Type
		}
		fmt.Fprintf(&b, "// %[1]sConnection and %[1]sEdge are the page and the place of the link %[2]s.\ntype (\n%[1]sConnection = Connection[%[3]s]\n%[1]sEdge = Edge[%[3]s]\n)\n\n", capital(l.Name), l.Name, far)
	}
	b.WriteString("// NodeConnection and NodeEdge page nodes of any kind.\ntype (\nNodeConnection = Connection[Node]\nNodeEdge = Edge[Node]\n)\n")
	return b.String()
}

func goKind(b *strings.Builder, d kg.KindDef) {
	fmt.Fprintf(b, "// %[1]s is the GraphQL type %[1]s.\ntype %[1]s struct {\nobject\nn *kg.%[1]s\n}\n\n// %[1]sConnection and %[1]sEdge page nodes of the kind.\ntype (\n%[1]sConnection = Connection[*%[1]s]\n%[1]sEdge = Edge[*%[1]s]\n)\n\n", d.Type)
	for _, f := range kg.FieldsOf(d.Kind) {
		if f.Hidden {
			continue
		}
		name := capital(f.Name)
		switch f.Type {
		case kg.Text:
			if f.Moment {
				goField(b, d, name, "kg.Moment", "o.n."+name)
				continue
			}
			goField(b, d, name, "*string", "some(o.n."+name+")")
		case kg.Pick:
			goField(b, d, name, "*string", "some(string(o.n."+name+"))")
		case kg.Int:
			goField(b, d, name, "*int", "some(o.n."+name+")")
		case kg.Bool:
			goField(b, d, name, "*bool", "&o.n."+name)
		case kg.Day:
			goField(b, d, name, "kg.Date", "o.n."+name)
		case kg.Flags:
			goField(b, d, name, "[]kg.Flag", "list(o.n."+name+")")
		case kg.Spot:
			goField(b, d, name, "*geo.Point", "o.n."+name)
		case kg.Data:
			goData(b, d, name)
		}
	}
	for _, l := range kg.LinksOf(d.Kind) {
		far := "Node"
		if len(l.Far) == 1 {
			far = "*" + l.Far[0].Def().Type
		}
		fmt.Fprintf(b, "func (o *%[1]s) %[2]s(ctx context.Context) (*%[2]sConnection, error) { return page[%[3]s](ctx, o.object) }\n", d.Type, capital(l.Name), far)
	}
	if inTree(d.Kind) {
		fmt.Fprintf(b, "func (o *%[1]s) Parent(ctx context.Context) (Node, error) { return parent(ctx, o.object) }\n", d.Type)
		for _, name := range []string{"Ancestors", "Children", "Descendants"} {
			fmt.Fprintf(b, "func (o *%[1]s) %[2]s(ctx context.Context) (*NodeConnection, error) { return page[Node](ctx, o.object) }\n", d.Type, name)
		}
	}
	b.WriteString("\n")
}

func goField(b *strings.Builder, d kg.KindDef, name, typ, expr string) {
	fmt.Fprintf(b, "func (o *%s) %s() %s { return %s }\n", d.Type, name, typ, expr)
}

func goData(b *strings.Builder, d kg.KindDef, name string) {
	switch name {
	case "Boundary":
		goField(b, d, name, "*string", "shape(o.n.Boundary)")
	case "Responder": // written by hand, in scalar.go
	case "Figures":
		goField(b, d, name, "*kg.Figures", "o.n.Figures")
	case "Past":
		goField(b, d, name, "*kg.PastRing", "o.n.Past")
	default:
		elem := map[string]string{"FormerCodes": "DatedCode", "Refusals": "Refusal", "OpeningHours": "Opening", "Specialties": "Specialty",
			"Deadlines": "Deadline", "Candidates": "Candidate", "LeftOut": "Omission", "Waves": "Wave", "Outbox": "Letter", "Consents": "Consent", "Corrections": "Correction"}[name]
		goField(b, d, name, "[]kg."+elem, "list(o.n."+name+")")
	}
}

// goQueries are the resolvers of the root fields of kinds.
func goQueries() string {
	var b strings.Builder
	b.WriteString(goMark + "package graph\n\nimport (\n\"context\"\n\n\"lintu/graph/model\"\n\"lintu/kg\"\n)\n\n")
	for _, d := range kg.Kinds {
		if d.Kind == kg.KindDivision {
			fmt.Fprintf(&b, "func (r *query) Division(ctx context.Context, id *kg.ID, code *string, asOf *kg.Date) (*model.Division, error) { return r.division(ctx, id, code) }\n")
		} else {
			fmt.Fprintf(&b, "func (r *query) %[1]s(ctx context.Context, id kg.ID, asOf *kg.Date) (*model.%[1]s, error) { return one[*model.%[1]s](ctx) }\n", d.Type)
		}
		fmt.Fprintf(&b, "func (r *query) %[2]s(ctx context.Context, where map[string]any, orderBy map[string]any, first *int, after *string, last *int, before *string, asOf *kg.Date) (*model.%[1]sConnection, error) { return many[*model.%[1]s](ctx, kg.Kind%[1]s) }\n\n", d.Type, capital(d.Many))
	}
	return b.String()
}
