// Package httpapi is the HTTP side of the server: routes, who may call them, limits and timeouts,
// readiness, and an orderly end. What a GraphQL request means is not its business; it hands
// /graphql to the handler it was given.
//
//	/graphql      the handler of Options.GraphQL or Open; needs the token when there is one
//	/v1/          the handler of Options.Devices; open by the keys of devices, never by the token
//	/playground   the page of Options.Playground and its files; open, it holds no data
//	/healthz      200 as soon as the server listens, whatever the store does
//	/readyz       200 or 503; open, but its reasons are told only to who shows the token
//	/             goes to /playground
//
// Without a token the server answers loopback names only (see Options.Token). No response, header or
// log line of this package holds a query, a variable or a token.
package httpapi
