package floor

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"lintu/kg"
	"lintu/reach"
)

// Reader is an engine read by hand. Ties and lives that do not hold on day are not read.
type Reader interface {
	// Household is a household, its residents by id and their units by name.
	Household(ctx context.Context, day kg.Date, id string) (*Household, error)
	// Tree is an organization and four levels below it, each by name.
	Tree(ctx context.Context, day kg.Date, root string) (*Org, error)
	// Workers are people by id, each with the first of their units by name.
	Workers(ctx context.Context, day kg.Date, ids []string) (map[string]Worker, error)
	// Titles are nodes by id; a household's title is its number.
	Titles(ctx context.Context, ids []string) (map[string]string, error)
	// Members are party members by name behind a position, one more than limit where there are more.
	Members(ctx context.Context, day kg.Date, after *Position, limit int) ([]Titled, []Position, error)
	// Search is people by a piece of their names, two characters or more: those that are or begin with it first, then
	// those that hold it further on, each by name and id.
	Search(ctx context.Context, day kg.Date, words string, limit int) ([]Titled, error)
	Close() error
}

// The page sizes of the questions; the documents of the workloads name the same.
const (
	ResidentPage = 20
	UnitPage     = 5
	NearPage     = 20
	CoverPage    = 20
	CoverBelow   = 5
	MemberPage   = 50
	SearchPage   = 20
)

// TreePages are the page sizes of W3 from the root down.
var TreePages = []int{20, 5, 4, 3}

// radius of W2 and W4, in metres.
const radius = 500

// server answers the questions.
type server struct {
	read Reader
	near *reach.Reach
	zone *time.Location
}

// Handler answers POST /NAME with the variables of the workload of that name, as {"data": {...}}.
func Handler(read Reader, near *reach.Reach, zone *time.Location) http.Handler {
	s := &server{read: read, near: near, zone: zone}
	mux := http.NewServeMux()
	answer(mux, "household", s.household, "W1")
	answer(mux, "nearby", s.nearby, "W2")
	answer(mux, "partyOrg", s.tree, "W3")
	answer(mux, "unitCoverage", s.coverage, "W4")
	answer(mux, "search", s.search, "search")
	answer(mux, "people", s.members, "page-first", "page-end")
	return mux
}

// answer routes names of workloads to one function over their variables.
func answer[V, A any](mux *http.ServeMux, field string, f func(context.Context, V) (A, error), names ...string) {
	for _, name := range names {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
			var vars V
			if err := json.NewDecoder(r.Body).Decode(&vars); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			a, err := f(r.Context(), vars)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			b, err := json.Marshal(map[string]map[string]A{"data": {field: a}})
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(b)
		})
	}
}

func (s *server) today() kg.Date { return kg.DateOf(time.Now(), s.zone) }

type byID struct{ ID string }

func (s *server) household(ctx context.Context, v byID) (*Household, error) {
	return s.read.Household(ctx, s.today(), v.ID)
}

func (s *server) tree(ctx context.Context, v byID) (*Org, error) {
	return s.read.Tree(ctx, s.today(), v.ID)
}

type searchVars struct{ Text string }

func (s *server) search(ctx context.Context, v searchVars) (*Nodes[Titled], error) {
	found, err := s.read.Search(ctx, s.today(), v.Text, SearchPage)
	return &Nodes[Titled]{Nodes: found}, err
}

type membersVars struct{ After *Position }

func (s *server) members(ctx context.Context, v membersVars) (*Members, error) {
	nodes, places, err := s.read.Members(ctx, s.today(), v.After, MemberPage)
	if err != nil {
		return nil, err
	}
	m := &Members{Nodes: nodes, PageInfo: PageInfo{HasNextPage: len(nodes) > MemberPage}}
	if m.PageInfo.HasNextPage {
		m.Nodes, places = nodes[:MemberPage], places[:MemberPage]
	}
	if len(places) > 0 {
		m.PageInfo.EndCursor = &places[len(places)-1]
	}
	return m, nil
}
