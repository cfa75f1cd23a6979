package cli

import (
	"context"
	"sync"

	"lintu/graph/limits"
	"lintu/internal/who"
	"lintu/trust"
)

// front is where callers show who they are.
type front struct {
	desk   *who.Desk
	keys   *who.Keys   // nil: none are taken
	issuer *who.Issuer // nil: no tokens are taken
}

// front is what the settings say of callers. A file of keys that is broken is an error at the start; later the keys of
// before go on.
func (s *service) front() (*front, error) {
	f := &front{}
	if s.cfg.KeysFile != "" {
		keys, err := who.OpenKeys(s.cfg.KeysFile, s.log)
		if err != nil {
			return nil, err
		}
		f.keys = keys
	}
	if o := s.cfg.OIDC; o.Issuer != "" {
		f.issuer = who.NewIssuer(who.IssuerOptions{
			URL: o.Issuer, Audience: o.Audience, Algorithms: o.Algorithms,
			Roles: o.Roles, RolePrefix: o.RolePrefix, Areas: o.Areas, Person: o.Person, Logger: s.log,
		})
	}
	f.desk = who.New(who.Options{Token: s.cfg.Token.Reveal(), Keys: f.keys, Issuer: f.issuer, Logger: s.log})
	return f, nil
}

// follow keeps keys and issuer as they are out there, until the context ends.
func (f *front) follow(ctx context.Context) {
	var all sync.WaitGroup
	if f.keys != nil {
		all.Go(func() { f.keys.Follow(ctx) })
	}
	if f.issuer != nil {
		all.Go(func() { f.issuer.Follow(ctx) })
	}
	all.Wait()
}

// tellWho says at the start who is let in.
func (s *service) tellWho() {
	if s.who.desk.Open() {
		s.log.Info("nobody has to show who they are: whoever reaches this machine's loopback address is the operator")
	}
	if s.cfg.Token != "" {
		s.log.Info("one token, one operator: give people keys of their own: lintu key make", "setting", "token-file")
	}
	if s.who.keys != nil {
		s.log.Info("keys are taken", "keys", s.who.keys.Len(), "setting", "keys-file")
	}
	if s.who.issuer != nil {
		s.log.Info("tokens of an issuer are taken", "issuer", s.cfg.OIDC.Issuer, "audience", s.cfg.OIDC.Audience)
	}
}

// counted is for whom operations are counted. Who sees people may ask for more at once: their questions go deep.
func counted(ctx context.Context) limits.Viewer {
	v := trust.From(ctx)
	return limits.Viewer{Key: v.Name, Analyst: v.Rights()&trust.People != 0}
}
