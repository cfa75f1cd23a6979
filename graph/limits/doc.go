// Package limits keeps an operation from taking more than its share: the size of its document is measured before it is
// validated, what it may cost before it is run, and how often and how many at once by viewer and by server. A document is
// measured in one pass, each fragment once, however often it is spread; what was measured is kept with the document.
package limits

// The limits by name, as the setting limits has them. Each is named in the error of a request that exceeds it.
const (
	TokenLimit           = "tokens"
	DepthLimit           = "depth"
	AliasLimit           = "aliases"
	RootLimit            = "root-fields"
	DirectiveLimit       = "directives"
	CostLimit            = "cost"
	AnalystCostLimit     = "analyst-cost"
	NodeLimit            = "nodes"
	RateLimit            = "rate"
	ConcurrencyLimit     = "concurrency"
	SocketLimit          = "sockets"
	SocketOperationLimit = "socket-operations"

	nameLimit   = "name"    // no setting: longer names exist in no schema
	repeatLimit = "repeats" // no setting: it bounds the time of validation
)
