package web

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Question is one ready question of the playground, with its texts in English and Chinese. Run it with Variables and,
// where Prepare is set, with what Prepare.Find takes from the answer to Prepare.Query.
type Question struct {
	ID        string
	Group     string   // one of Groups
	Demos     []string // presets of the demo in which the answer is not empty
	TitleEN   string
	TitleZH   string
	NoteEN    string
	NoteZH    string
	Query     string
	Variables map[string]any // the text "now" stands for the moment at which the question is asked
	Prepare   *Prepare
}

// Groups are the headings under which the page shows the questions, in its order; src/texts.js has their titles.
var Groups = []string{"cover", "ladder", "people", "units", "duties", "places", "explore"}

// Prepare is a small query asked first, because ids differ from town to town. Set names, for each variable, the
// dotted path of its value in the answer's data, such as "divisions.nodes.0.id".
type Prepare struct {
	Query string
	Set   map[string]string
}

// Find takes the variables from the data of the answer to the preparatory query. An error names the path that leads
// to nothing, which means that the store holds nothing the question could start from.
func (p Prepare) Find(data any) (map[string]any, error) {
	found := make(map[string]any, len(p.Set))
	for name, path := range p.Set {
		value := data
		for step := range strings.SplitSeq(path, ".") {
			value = stepInto(value, step)
		}
		if value == nil {
			return nil, fmt.Errorf("variable %s: nothing at %s in the answer to the preparatory query", name, path)
		}
		found[name] = value
	}
	return found, nil
}

func stepInto(value any, step string) any {
	switch value := value.(type) {
	case map[string]any:
		return value[step]
	case []any:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(value) {
			return value[i]
		}
	}
	return nil
}

// Questions returns the ready questions, in the order in which the page shows them. Each call returns a fresh copy.
func Questions() []Question {
	content, err := files.ReadFile("src/questions.json")
	if err != nil {
		panic(fmt.Sprintf("web: embedded questions: %v", err))
	}
	questions, err := parseQuestions(content)
	if err != nil {
		panic(fmt.Sprintf("web: src/questions.json: %v", err))
	}
	return questions
}

// parseQuestions reads the file's form, in which a query is a list of lines, so that a change shows line by line.
func parseQuestions(content []byte) ([]Question, error) {
	var raw []struct {
		ID        string         `json:"id"`
		Group     string         `json:"group"`
		Demos     []string       `json:"demos"`
		TitleEN   string         `json:"titleEn"`
		TitleZH   string         `json:"titleZh"`
		NoteEN    string         `json:"noteEn"`
		NoteZH    string         `json:"noteZh"`
		Query     []string       `json:"query"`
		Variables map[string]any `json:"variables"`
		Prepare   *struct {
			Query []string          `json:"query"`
			Set   map[string]string `json:"set"`
		} `json:"prepare"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&raw); err != nil {
		return nil, err
	}
	questions := make([]Question, len(raw))
	for i, r := range raw {
		questions[i] = Question{r.ID, r.Group, r.Demos, r.TitleEN, r.TitleZH, r.NoteEN, r.NoteZH, strings.Join(r.Query, "\n"), r.Variables, nil}
		if r.Prepare != nil {
			questions[i].Prepare = &Prepare{strings.Join(r.Prepare.Query, "\n"), r.Prepare.Set}
		}
	}
	return questions, nil
}
