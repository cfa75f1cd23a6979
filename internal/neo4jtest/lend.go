package neo4jtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"

	"lintu/internal/effort"
)

// lentVariable lists the servers that are lent to the test processes of a run, with their users and passwords.
const lentVariable = "LINTU_TEST_NEO4J_LENT"

// Lend starts servers for the test processes of one run, and gives the setting of the environment that names them. Each
// process has one of them to itself until it ends. A server that several processes have in turn starts once and compiles
// its code once. The caller closes them.
func Lend(ctx context.Context, n int, logf Logf) (servers []*Server, setting string, err error) {
	brief = !effort.Long()
	servers = make([]*Server, n)
	errs := make([]error, n)
	var started sync.WaitGroup
	for i := range n {
		started.Go(func() { servers[i], errs[i] = StartOwn(ctx, logf) })
	}
	started.Wait()
	if err := errors.Join(errs...); err != nil {
		for _, s := range servers {
			if s != nil {
				s.Close()
			}
		}
		return nil, "", err
	}
	var uris []string
	for _, s := range servers {
		if path, err := lockPath(s.URI); err == nil {
			s.release = func() { _ = os.Remove(path) } // by which its borrowers took turns
		}
		uris = append(uris, strings.Replace(s.URI, "://", "://"+s.User+":"+s.Password+"@", 1))
	}
	return servers, lentVariable + "=" + strings.Join(uris, " "), nil
}

// borrow takes the first server that is lent and free, and waits for one. It is handed on as if new: without data,
// indexes, constraints and plans.
func borrow(ctx context.Context) (*Server, error) {
	var lent []*Server
	var locks []string
	for uri := range strings.FieldsSeq(os.Getenv(lentVariable)) {
		u, err := url.Parse(uri)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", lentVariable, err)
		}
		password, _ := u.User.Password()
		s := &Server{URI: u.Scheme + "://" + u.Host, User: u.User.Username(), Password: password, Database: "neo4j", Source: lentVariable}
		path, err := lockPath(s.URI)
		if err != nil {
			return nil, err
		}
		lent, locks = append(lent, s), append(locks, path)
	}
	which, release, err := lock(ctx, locks...)
	if err != nil {
		return nil, err
	}
	s := lent[which]
	s.release = release
	if s.driver, err = open(s.URI, s.User, s.Password); err == nil {
		err = errors.Join(s.Reset(ctx), s.ForgetPlans(ctx))
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("%s: %w", lentVariable, err)
	}
	return s, nil
}
