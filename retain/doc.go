// Package retain 留存 ends the time of keeping: what is held longer than its class allows is taken away, in batches that stand
// by themselves, so that a run that is broken off goes on where it was. Rings keep what figures of rings count; people and
// households that ended become tombstones.
package retain
