package graph

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"lintu/graph/generated"
)

func TestTheTariffNamesFieldsOfTheSchemaAndEveryMoveOfARingHasItsCost(t *testing.T) {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	tariff := tariff(500)
	field := func(name string) bool {
		typ, of, _ := strings.Cut(name, ".")
		return schema.Types[typ] != nil && schema.Types[typ].Fields.ForName(of) != nil
	}
	named := slices.Concat(slices.Collect(maps.Keys(tariff.Work)), slices.Collect(maps.Keys(tariff.Lists)))
	for typ, sized := range tariff.Sized {
		for _, list := range sized.Lists {
			named = append(named, typ+"."+list)
		}
	}
	for _, name := range named {
		if !field(name) {
			t.Errorf("the schema has no %s", name)
		}
	}
	for _, m := range schema.Mutation.Fields {
		if m.Type.Name() == "RingPayload" && tariff.Work["Mutation."+m.Name] == 0 {
			t.Errorf("%s costs no more than what it shows", m.Name)
		}
	}
}
