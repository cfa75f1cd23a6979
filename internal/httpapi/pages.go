package httpapi

import "net/http"

// pagePath begins the addresses of pages that a signed link opens.
const pagePath = "/r/"

// OpenPages brings the pages of links, which need an open store. A nil leaves them as they are.
func (s *Server) OpenPages(pages http.Handler) {
	if pages != nil {
		s.pages.Store(&pages)
	}
}

func (s *Server) servePages(w http.ResponseWriter, r *http.Request) {
	s.serveOpened(s.pages.Load(), w, r)
}

// linked is the way to pages that are open by their address. A link may be followed from anywhere, so only what a form
// sends has to come from the page itself.
func (s *Server) linked(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeError(w, r, http.StatusForbidden, codeForbidden, "only the page itself may send its form: open the link again")
	}))
	return s.bounded(protection.Handler(s.recovered(next)))
}
