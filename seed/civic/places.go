package civic

import (
	"fmt"

	"lintu/kg"
	"lintu/seed/sink"
	"lintu/seed/town"
)

var (
	workdays = []int{1, 2, 3, 4, 5}
	weekend  = []int{6, 7}
	everyDay = []int{1, 2, 3, 4, 5, 6, 7}
)

// centreHours are long: in summer to nine in the evening, in winter to eight, and at the weekend.
var centreHours = []kg.Opening{
	{Weekdays: workdays, From: "08:30", To: "21:00", SeasonFrom: "04-01", SeasonTo: "09-30"},
	{Weekdays: workdays, From: "08:30", To: "20:00", SeasonFrom: "10-01", SeasonTo: "03-31"},
	{Weekdays: weekend, From: "09:00", To: "17:00"},
}

// desk is the code of the nth place of a kind.
func (c *Town) desk(kind string, n int) string { return fmt.Sprintf("%s-K-%s%03d", c.Mark, kind, n) }

// place emits a place that serves some area, and is located in a building where one is given.
func (c *Town) place(p *kg.Place, serves kg.ID, building int, since kg.Span) kg.ID {
	p.ID = sink.NodeID(kg.KindPlace, p.Code)
	if building != town.None {
		b := c.Buildings[building]
		p.Address = b.Address
		p.Point = c.Ground.Point(b.East, b.North)
	}
	c.Out.Node(p)
	c.Out.Tie(kg.Tie{Relation: kg.Serves, From: p.ID, To: serves, Valid: since})
	if building != town.None {
		c.Out.Tie(kg.Tie{Relation: kg.LocatedIn, From: p.ID, To: c.Buildings[building].ID, Valid: since})
	}
	return p.ID
}

func (c *Town) emitPlaces() {
	c.emitCentres()
	c.emitCanteens()
	c.emitStations()
	c.emitBooths()
	c.emitPavilions()
}

// emitCentres emits the service centre of every community, or the hall of the village, which is its desk.
func (c *Town) emitCentres() {
	s := c.Stream("places/centres")
	for ai, a := range c.Areas {
		if a.Centre != town.None {
			p := &kg.Place{Code: c.desk("C", ai+1), Name: a.Short + "党群服务中心", PlaceKind: "service centre", OpeningHours: centreHours}
			c.desks = append(c.desks, c.place(p, a.ID, a.Centre, town.Since(s, 2012, 2020)))
			continue
		}
		if c.Places.HallName == "" {
			p := &kg.Place{Code: c.desk("C", ai+1), Name: a.Short + "党群服务中心", PlaceKind: "service centre", Address: a.Short,
				Point: c.Ground.Point(a.East+a.Width/2, a.North+a.Height*2/5), OpeningHours: []kg.Opening{{Weekdays: everyDay, From: "08:30", To: "17:30"}}}
			c.desks = append(c.desks, c.place(p, a.ID, town.None, town.Since(s, 2015, 2022)))
			continue
		}
		p := &kg.Place{Code: c.desk("H", ai+1), Name: c.Places.HallName, PlaceKind: "hall", Address: a.Short + "新阳湖边",
			Point: c.Ground.Point(a.East+a.Width/2, a.North+a.Height*2/5), OpeningHours: []kg.Opening{{Weekdays: everyDay, From: "08:00", To: "18:00"}}}
		c.desks = append(c.desks, c.place(p, a.ID, town.None, town.Since(s, 2021, 2021)))
	}
}

func (c *Town) emitCanteens() {
	s := c.Stream("places/canteens")
	for n := range c.Places.Canteens {
		ai := n % len(c.Areas)
		a := c.Areas[ai]
		building := a.Buildings.To - 1 - n/len(c.Areas)
		p := &kg.Place{Code: c.desk("L", n+1), Name: a.Short + "长者饭堂", PlaceKind: "canteen",
			OpeningHours: []kg.Opening{{Weekdays: everyDay, From: "11:00", To: "13:00"}, {Weekdays: workdays, From: "17:00", To: "18:30"}}}
		c.place(p, a.ID, building, town.Since(s, 2019, 2023))
	}
}

// brands are the service brands that the town's article names.
var brands = []string{"雷锋驿站", "邻里守望", "七彩讲堂", "同心家园", "红色印记"}

// emitStations emits the stations of compounds, one in each of so many large ones.
func (c *Town) emitStations() {
	if c.Places.Stations == 0 {
		return
	}
	s := c.Stream("places/stations")
	names := c.Places.Brands
	if names == nil {
		names = brands
	}
	for n, ci := range c.largeCompounds(c.Places.Stations) {
		cp := c.Compounds[ci]
		p := &kg.Place{Code: c.desk("S", n+1), Name: cp.Name + names[n%len(names)], PlaceKind: "station",
			OpeningHours: []kg.Opening{{Weekdays: everyDay, From: "08:00", To: "20:00"}}}
		c.place(p, cp.ID, cp.Buildings.From, town.Since(s, 2020, 2023))
	}
}

// largeCompounds are the first n compounds of ten buildings or more.
func (c *Town) largeCompounds(n int) []int {
	var out []int
	for ci := range c.Compounds {
		if c.Compounds[ci].Buildings.Len() >= 10 && len(out) < n {
			out = append(out, ci)
		}
	}
	return out
}

// emitBooths emits the booths where members are on duty, at street corners.
func (c *Town) emitBooths() {
	s := c.Stream("places/booths")
	for n := range c.Places.Booths {
		a := c.Areas[n%len(c.Areas)]
		p := &kg.Place{Code: c.desk("B", n+1), Name: fmt.Sprintf("%s下沉党员志愿服务岗亭", a.Short), PlaceKind: "booth", Address: a.Short + "路口",
			Point: c.Ground.Point(a.East+a.Width*s.Between(20, 80)/100, a.North+800), OpeningHours: []kg.Opening{{Weekdays: everyDay, From: "08:00", To: "18:00"}}}
		c.booths = append(c.booths, c.place(p, a.ID, town.None, kg.Span{From: kg.MustDate("2020-09-01")}))
	}
}

// emitPavilions emits the pavilions of a town outside of the communities; nobody has published where they stand.
func (c *Town) emitPavilions() {
	s := c.Stream("places/pavilions")
	for n := range c.Places.Pavilions {
		p := &kg.Place{Code: c.desk("P", n+1), Name: fmt.Sprintf("桃花山镇便民服务亭%d", n+1), PlaceKind: "pavilion"}
		c.place(p, c.Divisions[c.Places.PavilionDivision], town.None, town.Since(s, 2020, 2020))
	}
}
