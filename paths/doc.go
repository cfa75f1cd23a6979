// Package paths finds how two nodes are linked: a shortest chain of ties between them, by some relations, as one view
// shows the graph. It asks the contract's Expand and nothing else, so that no engine knows of it.
//
// The search goes from both ends and widens the side that is cheaper to widen. It reads what has many ties piece by
// piece and last, and it stops at fixed bounds; what it answers then says so, and is never "none".
package paths
