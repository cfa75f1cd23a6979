package own

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// Grant is a consent that a person gives, with what shows it.
type Grant struct {
	Person    kg.ID
	Purpose   string
	About     kg.ID   // the household, for purposes that are about one
	From, To  kg.Date // 0: from today; open
	How       string  // of kg.EvidenceKinds
	Reference string  // where the paper or the recording is kept
}

// Withdrawal is what a person takes back.
type Withdrawal struct {
	Person    kg.ID
	Purpose   string
	About     kg.ID
	How       string
	Reference string
}

// Give records a consent. It counts from its first day on: for the next ring where that is today. A consent that is about a
// household needs the tie by which the person would be called, and sets its consent. The person's consents to the purpose
// are returned, oldest first.
func (o *Own) Give(ctx context.Context, by Asker, g Grant) ([]kg.Consent, error) {
	if err := o.checkPurpose(g.Purpose, g.About, g.Reference); err != nil {
		return nil, err
	}
	at, today := o.now()
	if g.From == 0 {
		g.From = today
	}
	if g.From < today {
		return nil, kg.Invalid("input.validFrom", g.From.String(), "today or later: what was not recorded did not hold")
	}
	given := kg.Consent{
		Purpose: g.Purpose, About: g.About, Span: kg.Span{From: g.From, To: g.To},
		Given: &kg.Evidence{How: g.How, Reference: g.Reference, By: by.Name, At: at},
	}
	return o.changeConsents(ctx, by, g.Person, g.Purpose, g.About, true, func(all []kg.Consent) ([]kg.Consent, error) {
		return append(all, given), nil
	})
}

// Withdraw takes every consent to the purpose back that holds today or later. It counts at once: the next ring does not
// call the person by it. Nothing is deleted.
func (o *Own) Withdraw(ctx context.Context, by Asker, w Withdrawal) ([]kg.Consent, error) {
	if err := o.checkPurpose(w.Purpose, w.About, w.Reference); err != nil {
		return nil, err
	}
	at, today := o.now()
	return o.changeConsents(ctx, by, w.Person, w.Purpose, w.About, false, func(all []kg.Consent) ([]kg.Consent, error) {
		some := false
		for i := range all {
			c := &all[i]
			if c.Purpose != w.Purpose || c.About != w.About || c.Withdrawn != 0 || c.To != 0 && c.To <= today {
				continue
			}
			c.Withdraw(today, &kg.Evidence{How: w.How, Reference: w.Reference, By: by.Name, At: at})
			some = true
		}
		if !some && w.About == "" {
			return nil, kg.Invalid("input.purpose", fmt.Sprintf("there is no consent to %s that holds", w.Purpose), "a consent that holds today or later")
		}
		return all, nil
	})
}

func (o *Own) checkPurpose(purpose string, about kg.ID, reference string) error {
	p := kg.ConsentPurposeOf(purpose)
	switch {
	case p == nil:
		return kg.Invalid("input.purpose", fmt.Sprintf("%.60q", purpose), kg.ConsentPurposeNames())
	case p.Tie == "" && about != "":
		return kg.Invalid("input.about", "does not go with the purpose "+purpose, "nothing")
	case p.Tie != "" && about.Kind() != kg.KindHousehold:
		return kg.Invalid("input.about", fmt.Sprintf("%.60q", string(about)), "the id of the HOUSEHOLD that the consent is about")
	}
	return notTooLong("input.reference", reference)
}

// changeConsents changes a person's consents, and the tie that carries the consent where the purpose has one.
func (o *Own) changeConsents(ctx context.Context, by Asker, id kg.ID, purpose string, about kg.ID, agreed bool, change func([]kg.Consent) ([]kg.Consent, error)) ([]kg.Consent, error) {
	var of []kg.Consent
	err := o.move(ctx, func() (*store.Batch, error) {
		_, today := o.now()
		relation := kg.ConsentPurposeOf(purpose).Tie
		plan := &store.Plan{}
		if relation != "" {
			plan.Steps = append(plan.Steps, all("ties", relation, kg.Out))
		}
		p, item, err := o.person(ctx, "input.person", id, plan)
		if err != nil {
			return nil, err
		}
		have := consentsOf(p, purpose)
		want, err := change(slices.Clone(have))
		if err != nil {
			return nil, err
		}
		b := &store.Batch{Today: today, Scope: &by.Scope}
		set, err := consentSetting(purpose, want)
		if err != nil {
			return nil, err
		}
		b.Changes = append(b.Changes, store.Mutation{Op: store.ChangeNode, ID: id, Expect: p.Version, Set: []kg.Setting{set}})
		if relation != "" {
			ties := consentTies(edges(item, "ties"), about, today)
			if len(ties) == 0 {
				return nil, kg.Invalid("input.about", fmt.Sprintf("%s has no %s to %s today", id, relation, about), "a household to which the person has such a tie")
			}
			for _, t := range ties {
				b.Changes = append(b.Changes, store.Mutation{Op: store.ChangeTie, ID: t.ID, Expect: t.Version, Set: []kg.Setting{{Field: "consent", Value: agreed}}})
			}
		}
		of = slices.DeleteFunc(slices.Clone(want), func(c kg.Consent) bool { return c.Purpose != purpose || c.About != about })
		return b, nil
	})
	return of, err
}

// consentTies are the ties to a household that have not ended.
func consentTies(list []store.Edge, about kg.ID, today kg.Date) (ties []*kg.Tie) {
	for _, e := range list {
		if e.Tie.To == about && (e.Tie.Valid.To == 0 || e.Tie.Valid.To > today) {
			ties = append(ties, e.Tie)
		}
	}
	return ties
}

// consentsOf are the consents that stand where those of a purpose do: in the responder's profile, or beside it.
func consentsOf(p *kg.Person, purpose string) []kg.Consent {
	if purpose != kg.ConsentToRespond {
		return p.Consents
	}
	if p.Responder == nil {
		return nil
	}
	return p.Responder.Consents
}

func consentSetting(purpose string, list []kg.Consent) (kg.Setting, error) {
	b, err := json.Marshal(list)
	if err != nil {
		return kg.Setting{}, err
	}
	if purpose != kg.ConsentToRespond {
		return kg.Setting{Field: "consents", Value: string(b)}, nil
	}
	return kg.Setting{Field: "responder", Value: kg.Merge(`{"consents":` + string(b) + `}`)}, nil
}
