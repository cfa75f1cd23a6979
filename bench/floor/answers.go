package floor

// Nodes is a connection of which only the nodes are shown.
type Nodes[T any] struct {
	Nodes []T `json:"nodes"`
}

// Unit is where somebody works.
type Unit struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	UnitKind *string `json:"unitKind"`
}

// Resident is one of a household.
type Resident struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	BirthDate *string     `json:"birthDate"`
	WorksAt   Nodes[Unit] `json:"worksAt"`
}

// Household is the answer of W1.
type Household struct {
	ID        string          `json:"id"`
	Number    *string         `json:"number"`
	Floor     *int64          `json:"floor"`
	Residents Nodes[Resident] `json:"residents"`
}

// Org is a party organization with what stands below it; the answer of W3. The lowest level shows no children.
type Org struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	ChildOrgs *Nodes[Org] `json:"childOrgs,omitempty"`
}

// Titled is any node by its title.
type Titled struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Worker is a person with the unit that comes first.
type Worker struct {
	Titled
	WorksAt Nodes[Titled] `json:"worksAt"`
}

// NearEdge is a responder of W2.
type NearEdge struct {
	Distance float64 `json:"distance"`
	Node     Worker  `json:"node"`
}

// Nearby is the answer of W2.
type Nearby struct {
	TotalCount int        `json:"totalCount"`
	Edges      []NearEdge `json:"edges"`
}

// MemberEdge is a unit's member of W4.
type MemberEdge struct {
	TargetsInReach int    `json:"targetsInReach"`
	Node           Titled `json:"node"`
}

// TargetEdge is a household of W4.
type TargetEdge struct {
	Distance      float64 `json:"distance"`
	MemberCount   int     `json:"memberCount"`
	Node          Titled  `json:"node"`
	NearestMember Titled  `json:"nearestMember"`
}

// Counted is a connection with its total.
type Counted[E any] struct {
	TotalCount int `json:"totalCount"`
	Edges      []E `json:"edges"`
}

// UnitEdge is a unit of W4.
type UnitEdge struct {
	MemberCount    int                 `json:"memberCount"`
	TargetsCovered int                 `json:"targetsCovered"`
	OnlyThisUnit   int                 `json:"onlyThisUnit"`
	Node           Titled              `json:"node"`
	Members        Counted[MemberEdge] `json:"members"`
	Targets        Counted[TargetEdge] `json:"targets"`
}

// Uncovered are the households of W4 that nobody covers.
type Uncovered struct {
	TotalCount int      `json:"totalCount"`
	Nodes      []Titled `json:"nodes"`
}

// Coverage is the answer of W4.
type Coverage struct {
	Targets   int               `json:"targets"`
	Covered   int               `json:"covered"`
	Share     *float64          `json:"share"`
	Units     Counted[UnitEdge] `json:"units"`
	Uncovered Uncovered         `json:"uncovered"`
}

// PageInfo says where the next page begins. The floor's cursor is the position itself.
type PageInfo struct {
	HasNextPage bool      `json:"hasNextPage"`
	EndCursor   *Position `json:"endCursor"`
}

// Position is a place in the list of members by name.
type Position struct {
	SortKey string `json:"sortKey"`
	ID      string `json:"id"`
}

// Members is a page of party members by name.
type Members struct {
	Nodes    []Titled `json:"nodes"`
	PageInfo PageInfo `json:"pageInfo"`
}

func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
