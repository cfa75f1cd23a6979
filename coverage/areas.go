package coverage

import (
	"cmp"
	"slices"

	"lintu/reach"
)

// Children are the areas directly below in the containment tree, down to buildings: every division and grid, and the
// buildings that have targets. The most uncovered targets come first, then by id. Each is what the same question would
// say of that area, but for what rests on the whole question: supply and demand, the worst hour of a band, and what
// completeness tells of responders. Targets that hang on the area itself are in none; their number is Direct.
func (c *Coverage) Children() []*Coverage {
	return c.below("", func() []reach.SceneArea { return c.scene.Below(c.Area, c.targets()) })
}

// Areas are the areas of a level that have some of the targets, however far below, in the order of Children: the worst
// first.
func (c *Coverage) Areas(level reach.AreaLevel) []*Coverage {
	return c.below(level, func() []reach.SceneArea { return c.scene.AtLevel(level, c.Area, c.targets()) })
}

func (c *Coverage) below(level reach.AreaLevel, find func() []reach.SceneArea) []*Coverage {
	p := c.part
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.areas[level]; ok {
		return slices.Clone(known)
	}
	found := find()
	out := make([]*Coverage, len(found))
	for i, a := range found {
		out[i] = c.in(a)
	}
	slices.SortStableFunc(out, func(a, b *Coverage) int { return cmp.Compare(b.uncovered(), a.uncovered()) })
	if p.areas == nil {
		p.areas = map[reach.AreaLevel][]*Coverage{}
	}
	p.areas[level] = out
	return slices.Clone(out)
}

func (c *Coverage) uncovered() int {
	m := c.Measures()
	return m.Targets - m.Covered
}

// Direct is how many of the targets are in none of the children.
func (c *Coverage) Direct() int {
	below := newBits(len(c.scene.Targets))
	for _, child := range c.Children() {
		for _, i := range child.targets() {
			below.set(int(i))
		}
	}
	return len(c.targets()) - below.among(c.targets())
}
