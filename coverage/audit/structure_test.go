package audit_test

import (
	"errors"
	"slices"
	"testing"

	"lintu/coverage/audit"
	"lintu/kg"
	"lintu/seed"
	"lintu/store"
	"lintu/store/storetest"
)

// plain is a town as its nodes and the ties of the reference date.
type plain struct {
	nodes map[kg.ID]kg.Node
	out   map[kg.ID][]*kg.Tie
	in    map[kg.ID][]*kg.Tie
}

func gather(t *testing.T, town seed.Town) *plain {
	t.Helper()
	p := &plain{nodes: map[kg.ID]kg.Node{}, out: map[kg.ID][]*kg.Tie{}, in: map[kg.ID][]*kg.Tie{}}
	err := town.Generate(seed.Options{Seed: 1}, func(b *store.Batch) error {
		for _, m := range b.Changes {
			if m.Node != nil {
				p.nodes[m.Node.Common().ID] = m.Node
			} else if m.Tie.Valid.Holds(seed.Reference) {
				p.out[m.Tie.From], p.in[m.Tie.To] = append(p.out[m.Tie.From], m.Tie), append(p.in[m.Tie.To], m.Tie)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func of(ties []*kg.Tie, r kg.Relation) (out []*kg.Tie) {
	for _, t := range ties {
		if t.Relation == r {
			out = append(out, t)
		}
	}
	return out
}

// headed says whether somebody holds a post by the role.
func (p *plain) headed(id kg.ID, role string) bool {
	return slices.ContainsFunc(of(p.in[id], kg.HoldsPost), func(t *kg.Tie) bool { return t.Role == role })
}

// findings are those codes of the structure audit that are no planted faults, by a reading of the ties alone.
func (p *plain) findings() []audit.Finding {
	var out []audit.Finding
	for id, n := range p.nodes {
		switch n := n.(type) {
		case *kg.Compound:
			if missing := p.parties(id); len(missing) > 0 {
				out = append(out, audit.Finding{Code: audit.FourParties, Subject: id, Missing: missing})
			}
		case *kg.JointCommittee:
			if seats := len(of(p.in[id], kg.SitsOn)); seats < 3 && (n.CommitteeKind != "联席会议" || seats > 0) {
				out = append(out, audit.Finding{Code: audit.FewSeats, Subject: id, Count: &seats})
			}
		case *kg.Person:
			if posts := len(of(p.out[id], kg.HoldsPost)); posts >= 3 {
				out = append(out, audit.Finding{Code: audit.ManyPosts, Subject: id, Count: &posts})
			}
		case *kg.PartyOrg:
			if n.OrgKind == "branch" && !p.headed(id, "书记") {
				out = append(out, audit.Finding{Code: audit.OrgNoHead, Subject: id, Missing: []string{"书记"}})
			}
			if n.OrgKind == "group" && !p.headed(id, "组长") {
				out = append(out, audit.Finding{Code: audit.GroupNoLeader, Subject: id, Missing: []string{"组长"}})
			}
		}
	}
	slices.SortFunc(out, func(a, b audit.Finding) int { return audit.Compare(&a, &b) })
	return out
}

// parties are those of the four parties that a compound lacks.
func (p *plain) parties(id kg.ID) (missing []string) {
	org := func(id kg.ID) bool { return len(of(p.in[id], kg.SetUpOn)) > 0 }
	community, company, body := false, false, false
	for _, t := range of(p.out[id], kg.InCompound) {
		community = community || org(t.To)
	}
	for _, t := range of(p.in[id], kg.Serves) {
		company = company || t.From.Kind() == kg.KindUnit && org(t.From)
		body = body || t.From.Kind() == kg.KindResidentBody
	}
	for i, there := range []bool{community, org(id), company, body} {
		if !there {
			missing = append(missing, []string{"社区党委", "小区党支部", "物业党支部", "业委会"}[i])
		}
	}
	return missing
}

func TestStructureFindingsThatAreNoPlantedFaultsAreThoseOfAPlainReading(t *testing.T) {
	w, p := loaded(t, oracle, seed.Sample()), gather(t, seed.Sample())
	codes := []audit.Code{audit.FourParties, audit.FewSeats, audit.ManyPosts, audit.OrgNoHead, audit.GroupNoLeader}
	want := p.findings()
	for _, c := range codes[:3] {
		if !slices.ContainsFunc(want, func(f audit.Finding) bool { return f.Code == c }) {
			t.Errorf("the town has nothing for %s", c)
		}
	}
	if got := w.structure(t, w.tops(t)[0], codes...); describe(got) != describe(want) {
		t.Errorf("%s\nwant\n%s", describe(got), describe(want))
	}
	// A vacancy shows as soon as it is one, and not before.
	for code, role := range map[audit.Code]string{audit.OrgNoHead: "书记", audit.GroupNoLeader: "组长"} {
		post := p.post(role)
		end := &store.Batch{Changes: []store.Mutation{{Op: store.EndTie, ID: post.ID, On: seed.Reference}}, Today: seed.Reference}
		if _, err := w.Apply(t.Context(), end); err != nil {
			t.Fatal(err)
		}
		if got := w.structure(t, w.tops(t)[0], code); len(got) != 1 || got[0].Subject != post.To || !slices.Equal(got[0].Missing, []string{role}) {
			t.Errorf("after the end of %s at %s: %s", role, post.To, describe(got))
		}
	}
}

// post is the only post by a role at some branch or group.
func (p *plain) post(role string) *kg.Tie {
	var found *kg.Tie
	for id, n := range p.nodes {
		o, ok := n.(*kg.PartyOrg)
		if !ok || o.OrgKind != "branch" && o.OrgKind != "group" {
			continue
		}
		for _, t := range of(p.in[id], kg.HoldsPost) {
			if t.Role == role && (found == nil || t.ID < found.ID) {
				found = t
			}
		}
	}
	return found
}

func TestAnAuditOfAPartIsThatPartOfTheAudit(t *testing.T) {
	w := loaded(t, oracle, seed.Sample())
	whole := w.structure(t, w.tops(t)[0])
	for _, c := range audit.StructureCodes() {
		var want []audit.Finding
		for _, f := range whole {
			if f.Code == c.Code {
				want = append(want, f)
			}
		}
		if got := w.structure(t, w.tops(t)[0], c.Code); describe(got) != describe(want) {
			t.Errorf("%s alone:\n%s\nwant\n%s", c.Code, describe(got), describe(want))
		}
	}
	var parts, heads []audit.Finding
	for _, f := range whole {
		if f.Code == audit.BuildingNoHead || f.Code == audit.EntranceNoHead {
			heads = append(heads, f)
		}
	}
	page, err := w.List(t.Context(), store.View{Scope: store.Scope{All: true}, AsOf: seed.Reference}, store.ListQuery{
		Kind: kg.KindDivision, Filter: kg.Compare{Field: "level", Op: kg.EQ, Value: string(kg.LevelCommunity)}, Window: store.Window{Limit: store.NoLimit},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Edges {
		parts = append(parts, w.structure(t, e.Item.Node.Common().ID, audit.BuildingNoHead, audit.EntranceNoHead)...)
	}
	slices.SortFunc(parts, func(a, b audit.Finding) int { return audit.Compare(&a, &b) })
	if describe(parts) != describe(heads) || len(heads) == 0 {
		t.Errorf("communities have\n%s\nthe town\n%s", describe(parts), describe(heads))
	}
}

func TestAuditsRefuseWhatTheyCannotAnswer(t *testing.T) {
	w := loaded(t, oracle, preset(t, "village"))
	top := w.tops(t)[0]
	unknown := storetest.NameID(kg.KindDivision, "nowhere")
	for name, c := range map[string]struct {
		err    error
		change func(*audit.ContractQuery)
	}{
		"a scheme that is in force nowhere": {kg.ErrInvalid, func(q *audit.ContractQuery) { q.Scheme = "六联系" }},
		"a radius of nothing":               {kg.ErrInvalid, func(q *audit.ContractQuery) { q.Radius = 0 }},
		"an area that does not exist":       {kg.ErrNotFound, func(q *audit.ContractQuery) { q.Area = unknown }},
		"an area that is a person":          {kg.ErrNotFound, func(q *audit.ContractQuery) { q.Area = storetest.NameID(kg.KindPerson, "x") }},
		"an area out of scope":              {kg.ErrNotFound, func(q *audit.ContractQuery) { q.Scope = store.Scope{Areas: []kg.ID{unknown}, Today: seed.Reference} }},
		"no day":                            {kg.ErrInvalid, func(q *audit.ContractQuery) { q.On = kg.Always }},
	} {
		q := audit.ContractQuery{Query: w.query(top), Scheme: "1+N", Radius: 500}
		c.change(&q)
		if found, err := audit.Contract(t.Context(), w, w, q); !errors.Is(err, c.err) {
			t.Errorf("%s: %d findings, %v", name, len(found), err)
		}
	}
	if _, err := audit.Structure(t.Context(), w, audit.StructureQuery{Query: w.query(top), Codes: []audit.Code{audit.Unnamed}}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("a code of the other audit: %v", err)
	}
	// 包联网格 is in force on grids, and in no table: its demands are none.
	if found, err := audit.Contract(t.Context(), w, w, audit.ContractQuery{Query: w.query(top), Scheme: "包联网格", Radius: 500}); err != nil || len(found) > 0 {
		t.Errorf("a scheme of the town's own: %d findings, %v", len(found), err)
	}
}
