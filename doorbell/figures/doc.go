// Package figures measures how rings were answered: how soon somebody said yes and was at the door, how often nobody could be
// called, and how the calling weighs on those who are called, in all and by grid, age, sex and hour.
//
// It reads the records through the contract and keeps nothing. No figure names a person: what is told of responders is how
// many of them had how many alerts in a month.
package figures
