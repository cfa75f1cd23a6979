// Package prom counts what this process does with rings, and shows it to Prometheus. Nothing of a person or a place is in
// the numbers or their labels.
//
// A move is counted by the process that stored it, once; the sum over all processes on a store is what happened there. How
// many rings are open is asked of the store at each scrape, and left out while it does not answer.
package prom
