package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lintu/doorbell"
	"lintu/doorbell/lab"
	"lintu/internal/config"
	"lintu/internal/term"
	"lintu/kg"
	"lintu/store"
	"lintu/trail"
)

// drillFlags are the command's own flags.
type drillFlags struct {
	tonight         string
	policy, against string
	area            string
	stored          bool
	rings, days     int
	seed            uint64
	at              string
	accept          string
	ladder, sure    float64
	json            bool
}

func (p Program) drillCommand() *cobra.Command {
	var f drillFlags
	cmd := &cobra.Command{
		Use:   "drill",
		Short: "Rehearse doorbells: which doors would wait in vain tonight, which policy fares better 门铃演练",
		Long: `Plays rings in memory, by the very moves of the doorbell, over the people of a store. Nothing is stored and nobody is
told; a server may run on the store.

--tonight AREA rings each doorbell of an area that is in service, at one instant, apart from the others, and nobody
answers. It lists the doors whose first ten minutes would fail: where the chance that one of those called says yes in
time is less than --sure; and for each the fix that takes the fewest people: who lives near by and agrees to come and
is vetted (CONSENT), one of those who agreed being at home (AT_HOME), or a contact whom the household names (CONTACT).

--policy NAME plays --rings presses, drawn by chance from the doorbells of --area and from --days, or with --stored
the latest on record, and answers as studies found them; --against another policy plays the same presses, with people
in the same mood, by that. A policy is the name of one that is shipped (city, village@1), or a file of the same form.
The same seed gives the same numbers. AREA is an id, a code, or how the name of one area begins.` + exitCodes,
		Example: `  lintu drill --tonight 440103 --store sqlite:data/town.db
  lintu drill --policy city --against city-wide.json --rings 5000 --area 440103 --store sqlite:data/town.db`,
		Args: cobra.NoArgs,
	}
	flags := cmd.Flags()
	flags.StringVar(&f.tonight, "tonight", "", "rehearse every doorbell of this area for one evening")
	flags.StringVar(&f.policy, "policy", "", "play rings by this policy")
	flags.StringVar(&f.against, "against", "", "and by this one")
	flags.StringVar(&f.area, "area", "", "the area whose doorbells ring; without it all")
	flags.BoolVar(&f.stored, "stored", false, "the latest rings on record, instead of some by chance")
	flags.IntVar(&f.rings, "rings", 2000, "how many rings, 1 to 1,000,000")
	flags.IntVar(&f.days, "days", 28, "over so many days, 1 to 366")
	flags.Uint64Var(&f.seed, "seed", 1, "what chance begins with")
	flags.StringVar(&f.at, "at", "", "when, as 2026-03-04T20:00; tonight at 20:00 if not given. With --policy the first day")
	flags.StringVar(&f.accept, "accept", "0.17-0.47", "share of calls to which neighbours say yes, least and most")
	flags.Float64Var(&f.ladder, "ladder", lab.DefaultAnswers.Ladder, "the same of contacts, key holders and those on duty")
	flags.Float64Var(&f.sure, "sure", lab.DefaultSure, "chance of a yes in ten minutes below which a door fails")
	flags.BoolVar(&f.json, "json", false, "print the result as JSON")
	config.AddFlags(flags, answerSettings...)
	config.SetDefault(flags, "log-level", "warn")
	config.SetDefault(flags, "operation-timeout", "1m")
	cmd.RunE = command(func(cmd *cobra.Command) error { return p.drill(cmd, f) })
	return cmd
}

// check refuses flags that do not go together or are out of range.
func (f *drillFlags) check() error {
	switch {
	case (f.tonight == "") == (f.policy == ""):
		return badUsage("say one of --tonight AREA and --policy NAME")
	case f.tonight != "" && (f.against != "" || f.area != "" || f.stored):
		return badUsage("--against, --area and --stored go with --policy")
	case f.rings < 1 || f.rings > 1_000_000:
		return badUsage("--rings: %d; 1 to 1,000,000", f.rings)
	case f.days < 1 || f.days > 366:
		return badUsage("--days: %d; 1 to 366", f.days)
	}
	return nil
}

// answers are what people are supposed to answer.
func (f *drillFlags) answers() (lab.Answers, error) {
	a := lab.DefaultAnswers
	a.Ladder = f.ladder
	least, most, both := strings.Cut(f.accept, "-")
	var err, worse error
	a.Least, err = strconv.ParseFloat(least, 64)
	a.Most = a.Least
	if both {
		a.Most, worse = strconv.ParseFloat(most, 64)
	}
	if err != nil || worse != nil {
		return a, badUsage("--accept: %q; a share or two, as 0.17-0.47", f.accept)
	}
	if err := a.Check(); err != nil {
		return a, &failure{exitUsage, err}
	}
	return a, nil
}

// instant is the time that is asked about.
func (f *drillFlags) instant(zone *time.Location) (time.Time, error) {
	now := time.Now().In(zone)
	if f.at == "" {
		return time.Date(now.Year(), now.Month(), now.Day(), 20, 0, 0, 0, zone), nil
	}
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05Z07:00", "2006-01-02"} {
		if at, err := time.ParseInLocation(form, f.at, zone); err == nil {
			return at, nil
		}
	}
	return now, badUsage("--at: %q; an instant, as 2026-03-04T20:00", f.at)
}

func (p Program) drill(cmd *cobra.Command, f drillFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	answers, err := f.answers()
	if err != nil {
		return err
	}
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	at, err := f.instant(cfg.Zone)
	if err != nil {
		return err
	}
	policies, err := namedPolicies(f.policy, f.against)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	st, err := p.openThere(ctx, cfg, "rehearse", true)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }() // nothing was written
	d := &drilling{Program: p, drillFlags: f, cfg: cfg, st: st, at: at, answers: answers, policies: policies}
	if named := cmp.Or(f.tonight, f.area); named != "" {
		if d.area, err = findArea(ctx, st, kg.DateOf(time.Now(), cfg.Zone), named); err != nil {
			return usage(err)
		}
	}
	snapshot, err := p.snapshot(ctx, cfg, st)
	if err != nil {
		return err
	}
	d.world = doorbell.NewWorld(st, snapshot)
	if f.tonight != "" {
		return usage(d.evening(ctx))
	}
	return usage(d.experiment(ctx))
}

// namedPolicies are shipped policies by name, or files.
func namedPolicies(names ...string) (out []*doorbell.Policy, err error) {
	shipped := doorbell.Policies()
	for _, name := range names {
		if name == "" {
			continue
		}
		p := doorbell.Named(shipped, name)
		if p == nil {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, badUsage("no policy is called %q, and no file: %v", name, err)
			}
			if p, err = doorbell.ParsePolicy(text); err != nil {
				return nil, &failure{exitUsage, fmt.Errorf("%s: %w", name, err)}
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// drilling is a drill over an open store.
type drilling struct {
	Program
	drillFlags
	cfg      *config.Config
	st       store.Store
	world    *doorbell.World
	area     *store.Item // nil: all
	at       time.Time
	answers  lab.Answers
	policies []*doorbell.Policy
}

func (d *drilling) where() (id kg.ID, title string) {
	if d.area == nil {
		return "", "all doorbells 全部门铃"
	}
	return d.area.Node.Common().ID, d.area.Node.Title()
}

// evening prints the doors that would fail.
func (d *drilling) evening(ctx context.Context) error {
	bar := term.NewProgress(d.Stderr, "doors")
	area, title := d.where()
	found, err := lab.Evening{
		World: d.world, Area: area, At: d.at, Sure: d.sure, Answers: d.answers,
		Total: func(n int) { bar.Start(int64(n), "rehearsing 演练") }, Done: func(n int) { bar.Add(int64(n)) },
	}.Rehearse(ctx)
	bar.Done()
	if err != nil {
		return err
	}
	var subjects []kg.ID
	for i := range found.Failing {
		subjects = append(append(subjects, found.Failing[i].Household), found.Failing[i].Fix.People...)
	}
	if err := d.recorded(ctx, d.cfg, d.st, trail.Record{Name: "drill tonight", Subjects: trail.SubjectsOf(subjects)}); err != nil {
		return err
	}
	if d.json {
		return json.NewEncoder(d.Stdout).Encode(newTonight(found))
	}
	paint := term.NewPainter(d.Stdout)
	fmt.Fprintf(d.Stdout, "%s  %s\n", paint.Bold(title), paint.Dim(fmt.Sprintf("%s · %d doors 门铃, %d would fail 首十分钟可能无人应答 (chance of a yes below %g)", d.at.Format("2006-01-02 15:04"), found.Doors, len(found.Failing), d.sure)))
	if len(found.Failing) == 0 {
		return nil
	}
	rows := make([][]string, len(found.Failing))
	for i, r := range newTonight(found).Failing {
		rows[i] = []string{r.Household, r.Number, percent(&r.Chance), strconv.Itoa(r.Neighbours), strconv.Itoa(r.Ladder), strconv.Itoa(r.Contacts), r.Fix, strconv.Itoa(r.People), percent(&r.After), strings.Join(r.Who, " ")}
	}
	return term.Table(d.Stdout, []string{"住户", "门牌", "应答概率", "邻里", "其他", "其中联系人", "最省办法", "人数", "之后", "人员"}, rows)
}

// tonightJSON is what --tonight --json prints.
type tonightJSON struct {
	At       time.Time     `json:"at"`
	Sure     float64       `json:"sure"`
	Doors    int           `json:"doors"`
	Failing  []failingJSON `json:"failing"`
	Revision int64         `json:"revision"`
}

type failingJSON struct {
	Doorbell   kg.ID    `json:"doorbell"`
	Household  string   `json:"household"`
	Number     string   `json:"number"`
	Chance     float64  `json:"chance"`
	Neighbours int      `json:"neighbours"`
	Ladder     int      `json:"ladder"`
	Contacts   int      `json:"contacts"`
	Fix        string   `json:"fix"`
	People     int      `json:"people"`
	After      float64  `json:"after"`
	Who        []string `json:"who"`
}

func newTonight(t *lab.Tonight) *tonightJSON {
	out := &tonightJSON{At: t.At, Sure: t.Sure, Doors: t.Doors, Revision: int64(t.Revision), Failing: []failingJSON{}}
	for _, f := range t.Failing {
		row := failingJSON{Doorbell: f.Doorbell, Household: string(f.Household), Number: f.Door.Number, Chance: f.Chance, Neighbours: f.Neighbours, Ladder: f.Ladder, Contacts: f.Contacts,
			Fix: string(f.Fix.Kind), People: f.Fix.Number, After: f.After, Who: []string{}}
		for _, id := range f.Fix.People {
			row.Who = append(row.Who, string(id))
		}
		out.Failing = append(out.Failing, row)
	}
	return out
}

// experiment prints how the policies fared.
func (d *drilling) experiment(ctx context.Context) error {
	area, title := d.where()
	rings, err := d.presses(ctx, area)
	if err != nil {
		return err
	}
	bar := term.NewProgress(d.Stderr, "rings")
	bar.Start(int64(len(rings)*len(d.policies)), "playing rings 推演")
	found, err := lab.Experiment{World: d.world, Policies: d.policies, Rings: rings, Answers: d.answers, Seed: d.seed, Done: func(n int) { bar.Add(int64(n)) }}.Run(ctx)
	bar.Done()
	if err != nil {
		return err
	}
	if d.json {
		return json.NewEncoder(d.Stdout).Encode(found)
	}
	paint := term.NewPainter(d.Stdout)
	fmt.Fprintf(d.Stdout, "%s  %s\n", paint.Bold(title), paint.Dim(fmt.Sprintf("%d presses 次呼叫 · seed %d · accept %s", len(rings), d.seed, d.accept)))
	header := []string{"measure 指标"}
	for _, o := range found {
		header = append(header, o.Policy)
	}
	var rows [][]string
	for _, m := range drillMeasures {
		row := []string{m.what}
		for _, o := range found {
			row = append(row, m.of(o))
		}
		rows = append(rows, row)
	}
	return term.Table(d.Stdout, header, rows)
}

// presses are the presses of an experiment.
func (d *drilling) presses(ctx context.Context, area kg.ID) ([]lab.Ring, error) {
	if d.stored {
		return lab.Stored(ctx, d.st, area, d.rings)
	}
	doors, err := d.world.Doors(ctx, area, kg.DateOf(d.at, d.world.Snapshot().Location()))
	if err != nil {
		return nil, err
	}
	day := kg.DateOf(d.at, d.world.Snapshot().Location()).Time(d.world.Snapshot().Location())
	return lab.Draw(doors, d.rings, day, d.days, d.seed), nil
}

// drillMeasures are the rows of the table of policies.
var drillMeasures = []struct {
	what string
	of   func(*lab.Outcome) string
}{
	{"rings played 呼叫", func(o *lab.Outcome) string { return strconv.Itoa(o.Rings) }},
	{"without a candidate 无候选人", func(o *lab.Outcome) string { return strconv.Itoa(o.Nobody) }},
	{"first yes, P50 首次响应中位", func(o *lab.Outcome) string { return inSeconds(o.FirstYesP50) }},
	{"first yes, P90", func(o *lab.Outcome) string { return inSeconds(o.FirstYesP90) }},
	{"yes within 60 s 一分钟内响应", func(o *lab.Outcome) string { return percent(o.YesIn60) }},
	{"yes within 180 s 三分钟内响应", func(o *lab.Outcome) string { return percent(o.YesIn180) }},
	{"at least one yes 至少一人响应", func(o *lab.Outcome) string { return percent(o.AtLeastOne) }},
	{"at least one neighbour 至少一名邻里", func(o *lab.Outcome) string { return percent(o.ByNeighbour) }},
	{"first arrival, P50 首次到达中位", func(o *lab.Outcome) string { return inSeconds(o.FirstArrivalP50) }},
	{"first arrival, P90", func(o *lab.Outcome) string { return inSeconds(o.FirstArrivalP90) }},
	{"neighbours called a ring 每次邻里提醒", func(o *lab.Outcome) string { return decimal(o.Alerts) }},
	{"others called a ring 每次其他提醒", func(o *lab.Outcome) string { return decimal(o.LadderAlerts) }},
	{"redundant arrivals a ring 每次多余到达", func(o *lab.Outcome) string { return decimal(o.Redundant) }},
	{"neighbours among candidates 候选邻里", func(o *lab.Outcome) string { return strconv.Itoa(o.People) }},
	{"of them called 被提醒人数", func(o *lab.Outcome) string { return strconv.Itoa(o.Called) }},
	{"alerts a person called 人均提醒", func(o *lab.Outcome) string { return decimal(o.AlertsPerson) }},
	{"alerts of the busiest 最多提醒", func(o *lab.Outcome) string { return strconv.Itoa(o.AlertsMost) }},
	{"share of the busiest tenth 最忙一成占比", func(o *lab.Outcome) string { return percent(o.BusiestTenth) }},
	{"Gini of alerts 提醒基尼系数", func(o *lab.Outcome) string { return decimal(o.Gini) }},
	{"passed over at the week's limit 达上限跳过", func(o *lab.Outcome) string { return strconv.Itoa(o.LeftOutLimit) }},
	{"passed over at another ring 在他处跳过", func(o *lab.Outcome) string { return strconv.Itoa(o.LeftOutBusy) }},
}

func inSeconds(v *float64) string { return measured(v, "%.0f s", 1) }
func percent(v *float64) string   { return measured(v, "%.1f %%", 100) }
func decimal(v *float64) string   { return measured(v, "%.2f", 1) }

// measured is a measure in a form, a dash for none.
func measured(v *float64, form string, times float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf(form, *v*times)
}
