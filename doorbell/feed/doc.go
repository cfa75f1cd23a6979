// Package feed follows what happens to rings, as the store's journal tells it, and passes it on to those who listen.
//
// Entries of timelines come in the order of the revisions that wrote them, and within one revision by ring and number;
// one that is committed late, with an earlier time, comes late and is never missed. Every process on a store has a feed
// of its own and hears of what the others did within its poll; of its own moves it hears at once by Wake.
//
// A listener reads from one log that all share. Who falls so far behind that the log has dropped what they have not
// read is ended with ErrSlow: nobody waits for anybody. A Mark says how far a listener has read; with it another one
// goes on, in any process. Entries come at least once: where the journal does not list them, because it was trimmed or an
// edit was too large, those of a little while before come again.
package feed
