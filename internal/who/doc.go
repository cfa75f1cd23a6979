// Package who finds out who calls: it makes a trust.Viewer of a bearer credential, which is the operator's token, an API
// key from a file, or a token of an OpenID Connect issuer.
//
// Whatever is wrong with a credential, the caller reads the same; the log says what it was. No log line and no error holds
// a credential or a part of one, and nothing here asks the store.
package who
