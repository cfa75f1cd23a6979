package neo4j

import (
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
)

// Properties that every node has, beside one for each filterable field of its kind. Absent values are not stored,
// but for fields that lists are sorted by: an index leaves out what is absent.
const (
	propID        = "id"
	propVersion   = "version" // absent where it is the first
	propFrom      = "validFrom"
	propTo        = "validTo" // forever where the end is open, so that from <= d < to is the whole test; absent with validFrom where both ends are
	propData      = "data"    // what kg.Encode wrote
	propSortKey   = "sortKey"
	propNorm      = "norm" // the normalised title; norm2, norm3 are further searched texts
	propPinyin    = "pinyin"
	propInitials  = "initials" // what begins where, in words, of the same texts: pinyin2, ...
	propTokens    = "tokens"   // pairs of characters, in words, of all of them
	propAreas     = "areaIds"  // area spans, as three parallel lists; the days are absent where all are open
	propAreasFrom = "areaFrom"
	propAreasTo   = "areaTo"
)

// Properties that every tie has, beside one for each filterable field of its relation.
const (
	propKey = "key" // digest of kg.Tie.Key; absent where the id is derived from it, and so tells it
	propRef = "ref"
)

// noFields is what kg.EncodeTie writes of a tie without fields, such as most of containment; it is not stored.
const noFields = "{}"

// Labels. Every node has nodeLabel and that of its kind; the others hold what is not a node of the graph.
const (
	nodeLabel   = "Node"
	metaLabel   = "Meta"
	changeLabel = "Change"
	batchLabel  = "Batch"
	lockLabel   = "Lock"
	anchorLabel = "Anchor"
	// stoneLabel is on the nodes that are tombstones, beside their own labels.
	stoneLabel = "Tombstone"
)

// textIndex is the name of the full-text index.
const textIndex = "node_text"

// forever is the stored end of an open span.
const forever = int64(kg.Always)

// searchedTexts is how many searched texts a node can have.
var searchedTexts = func() int {
	most := 0
	for _, d := range kg.Kinds {
		most = max(most, len(searched(d.Kind)))
	}
	return 1 + most
}()

// ofTexts are the properties that hold something of each searched text, the title's first: norm, norm2, norm3.
func ofTexts(prop string) []string {
	props := []string{prop}
	for i := 2; i <= searchedTexts; i++ {
		props = append(props, fmt.Sprintf("%s%d", prop, i))
	}
	return props
}

// normProps have an index each; wordProps are those of the full-text index.
var (
	normProps = ofTexts(propNorm)
	wordProps = append(append([]string{propTokens}, ofTexts(propPinyin)...), ofTexts(propInitials)...)
	textProps = append(append([]string{propSortKey}, normProps...), wordProps...)
)

// searched are the fields by which search finds a node beside its title.
func searched(k kg.Kind) []*kg.Field {
	var out []*kg.Field
	for i := range kg.FieldsOf(k) {
		if f := &kg.FieldsOf(k)[i]; f.Searched {
			out = append(out, f)
		}
	}
	return out
}

// label is a kind's label.
func label(k kg.Kind) string { return k.Def().Type }

// titled says whether the field is what people know nodes of the kind by; its normalised form is propNorm.
func titled(k kg.Kind, field string) bool {
	switch k {
	case kg.KindEntrance, kg.KindHousehold:
		return field == "number"
	case kg.KindDoorbell:
		return field == "serial"
	}
	return field == "name"
}

// fieldProps are the properties that hold a filterable field: three parallel lists for dated flags, else one.
func fieldProps(f *kg.Field) []string {
	if f.Type == kg.Flags {
		return []string{f.Name, f.Name + "From", f.Name + "To"}
	}
	return []string{f.Name}
}

// indexedField says which fields have a RANGE index on their kind's label. A title is found by propNorm. The index
// on flags finds the nodes that have any. Two values are too few to be worth one.
func indexedField(k kg.Kind, f *kg.Field) bool {
	if !f.Filterable || f.Common || (titled(k, f.Name) && !f.Sortable) {
		return false
	}
	return f.Sortable || f.Type == kg.Text || f.Type == kg.Flags || (f.Type == kg.Pick && len(f.Enum.Values) > 2)
}

// schemaItem is a constraint or an index.
type schemaItem struct {
	name       string
	create     string
	constraint bool
	own        bool // of what is no node or tie of the graph
}

func (i schemaItem) creation() string { return i.create }

func (i schemaItem) drop() string {
	if i.constraint {
		return "DROP CONSTRAINT " + i.name + " IF EXISTS"
	}
	return "DROP INDEX " + i.name + " IF EXISTS"
}

// schemaItems is everything that the first migration creates, out of kg's tables.
func schemaItems() []schemaItem {
	items := []schemaItem{
		unique("meta_name", "(n:"+metaLabel+")", "name"),
		unique("change_revision", "(n:"+changeLabel+")", "revision"),
		unique("batch_id", "(n:"+batchLabel+")", "id"),
		unique("anchor_file", "(n:"+anchorLabel+")", "file"),
	}
	for i := range items {
		items[i].own = true
	}
	items = append(items, unique("node_id", "(n:"+nodeLabel+")", propID), index("node_"+propTo, "RANGE", "(n:"+nodeLabel+")", propTo))
	items = append(items, textItems()...)
	for _, d := range kg.Kinds {
		items = append(items, kindItems(d.Kind)...)
	}
	for i := range kg.Relations {
		items = append(items, relationItems(&kg.Relations[i])...)
	}
	return items
}

// textItems are the indexes of search.
func textItems() []schemaItem {
	items := []schemaItem{{name: textIndex, create: fmt.Sprintf(
		"CREATE FULLTEXT INDEX %s IF NOT EXISTS FOR (n:%s) ON EACH [n.%s] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}",
		textIndex, nodeLabel, strings.Join(wordProps, ", n."))}}
	for _, p := range normProps {
		items = append(items, index("node_"+p, "RANGE", "(n:"+nodeLabel+")", p))
	}
	return items
}

func kindItems(k kg.Kind) []schemaItem {
	name, on := strings.ToLower(string(k)), "(n:"+label(k)+")"
	items := []schemaItem{index(name+"_"+propSortKey, "RANGE", on, propSortKey)}
	for i := range kg.FieldsOf(k) {
		f := &kg.FieldsOf(k)[i]
		if f.Type == kg.Spot && f.Filterable {
			items = append(items, index(name+"_"+f.Name, "POINT", on, f.Name))
		}
		if indexedField(k, f) {
			items = append(items, index(name+"_"+f.Name, "RANGE", on, f.Name))
		}
	}
	return items
}

func relationItems(d *kg.RelationDef) []schemaItem {
	name, on := "tie_"+strings.ToLower(string(d.Relation)), "()-[n:"+string(d.Relation)+"]-()"
	items := []schemaItem{unique(name+"_"+propID, on, propID), unique(name+"_"+propKey, on, propKey)}
	if d.RefKind != "" {
		items = append(items, index(name+"_"+propRef, "RANGE", on, propRef))
	}
	return items
}

func unique(name, on, prop string) schemaItem {
	return schemaItem{name: name, constraint: true, create: fmt.Sprintf("CREATE CONSTRAINT %s IF NOT EXISTS FOR %s REQUIRE n.%s IS UNIQUE", name, on, prop)}
}

func index(name, sort, on, prop string) schemaItem {
	return schemaItem{name: name, create: fmt.Sprintf("CREATE %s INDEX %s IF NOT EXISTS FOR %s ON (n.%s)", sort, name, on, prop)}
}

// containerRelations lead from a container to what contains it.
var containerRelations = func() (out []kg.Relation) {
	for i := range kg.Relations {
		r := kg.Relations[i].Relation
		for _, rule := range kg.AreaRules {
			if rule.Self && slices.Contains(rule.Via, r) && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}()

// types writes relations as Cypher's relationship types.
func types(relations []kg.Relation) string {
	names := make([]string, len(relations))
	for i, r := range relations {
		names[i] = string(r)
	}
	return strings.Join(names, "|")
}
