package graph

import (
	"context"
	"fmt"
	"regexp"

	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/trail"
)

// ofAll refuses those who serve some areas only: an emergency's record may be about people of others. what says what they have
// asked for, as "releases are shown to".
func ofAll(ctx context.Context, what string) error {
	if !loaders.From(ctx).Scope().All {
		return fmt.Errorf("%s those who serve all areas: %w", what, kg.ErrForbidden)
	}
	return nil
}

// BreakGlass are uses of break-glass.
func (r *query) BreakGlass(ctx context.Context, acknowledged *bool, since *model.Instant, first int, after *string) (*model.BreakGlassConnection, error) {
	if err := ofAll(ctx, "uses of break-glass are shown to"); err != nil {
		return nil, err
	}
	w, err := r.trailWindow(ctx, since, first, after)
	if err != nil {
		return nil, err
	}
	uses, more, err := r.audits.Uses(ctx, acknowledged, w.Window)
	if err != nil {
		return nil, err
	}
	out := &model.BreakGlassConnection{Edges: []*model.BreakGlassEdge{}, Nodes: []*model.BreakGlassUse{}}
	var cursors []string
	for i := range uses {
		node := useOf(&uses[i])
		cursors = append(cursors, sealPlace(ctx, uses[i].Mark()))
		out.Nodes = append(out.Nodes, node)
		out.Edges = append(out.Edges, &model.BreakGlassEdge{Node: node, Cursor: cursors[i]})
	}
	out.PageInfo = pageInfo(slice{after: w.after}, more, cursors)
	return out, nil
}

func useOf(u *trail.Use) *model.BreakGlassUse {
	out := &model.BreakGlassUse{
		ID: u.ID(), At: moment(u.At), Viewer: u.Viewer, Roles: rolesOf(&u.Record), Reason: u.Reason, Operation: textOrNone(u.Name),
		People: u.PeopleCount, Households: u.HouseholdCount, Result: textOrNone(u.Result),
	}
	out.AcknowledgedAt, out.AcknowledgedBy = momentOrNone(u.Acknowledged)
	return out
}

// ToTell is whom to tell of releases.
func (r *query) ToTell(ctx context.Context, done *bool, since *model.Instant, first int, after *string) (*model.TellTaskConnection, error) {
	if err := ofAll(ctx, "releases are shown to"); err != nil {
		return nil, err
	}
	w, err := r.trailWindow(ctx, since, first, after)
	if err != nil {
		return nil, err
	}
	tasks, more, err := r.audits.Tasks(ctx, done, w.Window)
	if err != nil {
		return nil, err
	}
	out := &model.TellTaskConnection{Edges: []*model.TellTaskEdge{}, Nodes: []*model.TellTask{}}
	var cursors []string
	for i := range tasks {
		node := r.task(ctx, &tasks[i])
		cursors = append(cursors, sealPlace(ctx, tasks[i].Mark()))
		out.Nodes = append(out.Nodes, node)
		out.Edges = append(out.Edges, &model.TellTaskEdge{Node: node, Cursor: cursors[i]})
	}
	out.PageInfo = pageInfo(slice{after: w.after}, more, cursors)
	return out, nil
}

// task is a task as it is shown; whom it is about is recorded.
func (r *resolver) task(ctx context.Context, t *trail.Task) *model.TellTask {
	loaders.From(ctx).Wrote(t.Whom)
	out := &model.TellTask{
		ID: t.ID, Why: model.TellWhyRing, At: moment(t.At), DueAt: moment(t.Due()), Viewer: t.By, Reason: textOrNone(t.Reason), Record: t.Record,
		Overdue: t.Done == nil && t.Due() < kg.MomentOf(r.now()),
	}
	if t.BreakGlass {
		out.Why = model.TellWhyBreakGlass
	}
	switch t.Whom.Kind() {
	case kg.KindPerson:
		out.Person = &t.Whom
	case kg.KindHousehold:
		out.Household = &t.Whom
	default:
		out.Many = &t.Many
	}
	if t.Ring != "" {
		out.Ring = &t.Ring
	}
	if out.ToldAt, out.ToldBy = momentOrNone(t.Done); t.Done != nil {
		how := model.TellHow(t.Done.How)
		out.How = &how
	}
	return out
}

// keep writes a record of somebody who looks after the trail.
func (r *resolver) keep(ctx context.Context, record trail.Record) error {
	if r.trail == nil || r.audits == nil {
		return fmt.Errorf("no audit trail is kept here; set a folder for it: %w", kg.ErrUnavailable)
	}
	record.By(loaders.From(ctx).Viewer())
	return r.trail.Append(ctx, record)
}

// Acknowledge takes note of a use of break-glass.
func (m *mutation) Acknowledge(ctx context.Context, use string) (*model.BreakGlassUse, error) {
	if err := ofAll(ctx, "uses of break-glass are acknowledged by"); err != nil {
		return nil, err
	}
	found, err := m.use(ctx, use)
	if err != nil {
		return nil, err
	}
	if found.Acknowledged == nil {
		if err := m.keep(ctx, trail.Record{Kind: trail.Acknowledged, Of: use}); err != nil {
			return nil, err
		}
		if found, err = m.use(ctx, use); err != nil {
			return nil, err
		}
	}
	return useOf(found), nil
}

// What ids of uses and of tasks look like.
var (
	useID  = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}\.[0-9]{1,19}$`)
	taskID = regexp.MustCompile(`^tell_[a-z2-7]{24}$`)
)

func (r *resolver) use(ctx context.Context, id string) (*trail.Use, error) {
	if !useID.MatchString(id) {
		return nil, kg.Invalid("use", fmt.Sprintf("%.80q", id), "the id of a use of break-glass, as breakGlass shows it")
	}
	if r.audits == nil {
		return nil, fmt.Errorf("use: %.80q: %w", id, kg.ErrNotFound)
	}
	return r.audits.Use(ctx, id)
}

// Told ends a task.
func (m *mutation) Told(ctx context.Context, task string, how model.TellHow) (*model.TellTask, error) {
	if err := ofAll(ctx, "releases are told of by"); err != nil {
		return nil, err
	}
	if !taskID.MatchString(task) {
		return nil, kg.Invalid("task", fmt.Sprintf("%.80q", task), "the id of a task, as toTell shows it")
	}
	if m.audits == nil {
		return nil, fmt.Errorf("task: %.80q: %w", task, kg.ErrNotFound)
	}
	found, err := m.audits.Task(ctx, task)
	if err != nil {
		return nil, err
	}
	if found.Done == nil {
		record := trail.Record{Kind: trail.Told, Of: task, How: string(how), Subjects: trail.SubjectsOf([]kg.ID{found.Whom})}
		if err := m.keep(ctx, record); err != nil {
			return nil, err
		}
		if found, err = m.audits.Task(ctx, task); err != nil {
			return nil, err
		}
	}
	return m.task(ctx, found), nil
}
