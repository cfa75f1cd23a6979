package importer

import (
	"context"
	"runtime"
	"sync"

	"lintu/kg"
	"lintu/store"
)

// check is the first pass: it reads everything, numbers the nodes, and refuses rows. It writes nothing.
type check struct {
	resolver
	key     store.Key
	in      reading
	files   []*file
	refused map[int32]struct{}     // nodes whose rows are refused
	parents []link                 // what the shorthand columns say, in the order of files and rows
	links   map[kg.Relation][]link // of relations with one tie at a time
	marks   []mark                 // of the relation that is being read
	tell    func(Problem)
	step    func(n int64)
	bad     int // rows that are refused
	wrong   int // problems
}

func (c *check) progress(n int64) {
	if c.step != nil {
		c.step(n)
	}
}

// refuse reports what is wrong with a row.
func (c *check) refuse(f *file, line int, bad problems) {
	c.bad++
	f.bad++
	c.report(f, line, bad)
}

// refuseFile reports why nothing of a file can be read.
func (c *check) refuseFile(f *file, bad problems) {
	f.unreadable = true
	c.bad++
	f.bad++
	c.report(f, 1, bad)
}

func (c *check) report(f *file, line int, bad problems) {
	for _, p := range bad {
		p.File = f.name
		if p.Line == 0 {
			p.Line = line
		}
		c.wrong++
		c.tell(p)
	}
}

// run looks at all files: first the nodes, then what they are in, then the ties.
func (c *check) run(ctx context.Context) error {
	for _, f := range c.files {
		if f.kind != "" {
			if err := c.checkNodes(ctx, f); err != nil {
				return err
			}
		}
	}
	for _, f := range c.files {
		if f.kind != "" && !f.unreadable {
			if err := c.checkParents(ctx, f); err != nil {
				return err
			}
		}
	}
	c.cascade()
	for _, f := range c.files {
		if f.relation != "" {
			if err := c.checkTies(ctx, f); err != nil {
				return err
			}
		}
	}
	if err := c.checkChains(ctx); err != nil {
		return err
	}
	c.cascade()
	return nil
}

// maxParts is how many processors look at the rows of a chunk.
const maxParts = 4

// inParts does something with each of so many rows by itself, on several processors.
func inParts(rows int, do func(i int)) {
	parts := min(runtime.GOMAXPROCS(0), maxParts)
	var done sync.WaitGroup
	for part := range parts {
		done.Go(func() {
			for i := rows * part / parts; i < rows*(part+1)/parts; i++ {
				do(i)
			}
		})
	}
	done.Wait()
}
