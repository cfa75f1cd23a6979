// Package doorbell follows a ring from the press to a person at the door: the right few neighbours are called in waves,
// those who must are called up a ladder, and every ring has a next deadline until somebody closes it.
//
// A ring, its alerts and its timeline are nodes of the store (kg.Ring, kg.Alert, kg.RingEvent). Every move, whoever
// makes it, is one batch: it counts on the ring's version, so any number of processes on one store share the work
// without a leader, and each step is done once. Numbers in the codes of records do the rest: two open rings of one
// household, or two that ask one neighbour at once, would have one code, and the store takes one of them. Those on duty
// are called to any number of rings at once.
//
// A message is written down before it is handed to a Notifier, with an id that stays the same at every attempt, and it
// is crossed out afterwards. A process that dies in between leaves it to the others: delivery is at least once.
//
// Only drills exist: see Notifier.
package doorbell
