package wire

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
)

// writeParts sends an answer in parts, in the form of August 2022 that clients know: first what was there at once, then
// what @defer put off. The line that ends a part follows it at once, so that the client knows it to be whole.
func writeParts(w http.ResponseWriter, first *graphql.Response, o *operation) {
	w.Header().Set("Content-Type", mediaParts+`; boundary="-"; deferSpec=20220824`)
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	send := func(text string) bool {
		if _, err := w.Write([]byte(text)); err != nil {
			return false
		}
		return out.Flush() == nil
	}
	part := func(text string, more bool) bool {
		end := "\r\n---"
		if !more {
			end += "--\r\n"
		}
		return send("\r\nContent-Type: " + mediaJSON + "; charset=utf-8\r\n\r\n" + text + end)
	}
	if !send("---") || !part(marked(marshal(first), true), true) {
		return
	}
	for {
		a := o.answer()
		if a == nil { // the time was over, or the client has left
			part(`{"hasNext":false}`, false)
			return
		}
		more := a.HasNext != nil && *a.HasNext
		if !part(`{"incremental":[`+string(marshal(a))+`],"hasNext":`+word(more)+`}`, more) || !more {
			return
		}
	}
}

// marked adds to an answer whether more comes.
func marked(answer []byte, more bool) string {
	return string(answer[:len(answer)-1]) + `,"hasNext":` + word(more) + "}"
}

func word(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
