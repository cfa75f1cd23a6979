// Package load asks an HTTP server the same questions over and over and measures how long its answers take.
//
// There are two ways. Closed: each connection asks again as soon as it has its answer; that gives the requests a second
// which the server can do, and the time of one answer where nobody else asks. Open: requests are due at a fixed rate,
// whether earlier ones are answered or not, and each is timed from the moment it was due; so a server that stalls is
// charged for everything that had to wait meanwhile (no coordinated omission).
//
// The client is a plain HTTP/1.1 client over kept connections and costs a fraction of what it measures, since it often
// runs on the server's own processors.
package load
