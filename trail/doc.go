// Package trail is the audit trail: who saw or changed what of whom, for which purpose, in files that are only ever
// appended to. It is written before an answer is sent, and whoever cannot write it sends nothing.
//
// A folder holds the files of all processes. Each process has a chain: files NAME-0001.trail, NAME-0002.trail and so on,
// whose lines are records as JSON. A line begins with the hash of the line before it ("prev") and ends with its own
// ("hash"), the SHA-256 of all that stands before its own. The first line of a file is a record OPENED, which names the
// last line of the chain's file before and, in a chain's first file, the heads of the other chains that nobody has named
// yet; so a line that is changed, moved or gone shows, and so does a file. What is gone at the end of the newest files
// shows by the anchors that the store keeps (store.Anchors).
//
// A file is written by one process and never cut: what a crash leaves half written at its end stays, and the next process
// that opens the folder tells of it. After a write that failed a file is left as it is and the chain goes on in another.
//
// No record holds a name, an address, a number or any other value of a person: only ids, counts and hashes.
package trail
