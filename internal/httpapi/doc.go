// Package httpapi is the HTTP side of the server: routes, who may call them, limits and timeouts,
// readiness, and an orderly end. What a GraphQL request means is not its business; it hands
// /graphql to the handler it was given.
//
//	/graphql      the handler of Options.GraphQL or Open; for whom Options.Who lets in
//	/v1/          the handler of Options.Devices; open by the keys of devices, by nothing else
//	/playground   the page of Options.Playground and its files; open, it holds no data
//	/healthz      200 as soon as the server listens, whatever the store does
//	/readyz       200 or 503; open, but its reasons are told to operators and administrators alone
//	/             goes to /playground
//
// The viewer of a request is in its context (trust.From), with the purpose that its headers state. Where nobody is asked who
// they are, loopback names only are answered (see Options.Who). No response, header or log line of this package holds a
// query, a variable or a credential.
package httpapi
