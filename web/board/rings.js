// The open rings, as the server last told of them, and how they are shown.
import { say, stepName } from './words.js';

const shown = `id state drill mass pressedAt beganAt round dueAt ambulanceAt deadlines { step round dueAt doneAt }
  rangAt { nodes { title ancestors(kinds: [BUILDING, GRID], first: 3) { nodes { title } } } }`;

/** The most urgent open rings, by their next deadline. */
export const openRings = `query BoardRings($area: ID, $after: String) {
  rings(where: { state: [OPEN, REOPENED, ACKNOWLEDGED, ATTENDED], area: $area }, orderBy: { field: DUE_AT }, first: 50, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { ${shown} alerts(first: 60) { nodes { state role round } } }
  }
}`;

export const ringNews = `subscription BoardNews($area: ID, $after: String) {
  ringEvents(area: $area, after: $after) { cursor now ring { ${shown} } status { called coming there minutes } }
}`;

const coming = ['ACCEPTED', 'ON_THE_WAY', 'ARRIVED'];

/** How a ring stands, counted from its alerts, as the server's status does. */
export function statusOf(ring) {
  const own = ring.alerts.nodes.filter((alert) => alert.round === ring.round);
  return {
    called: own.length,
    coming: own.filter((alert) => coming.includes(alert.state) && alert.role !== 'DUTY_DESK').length,
    there: own.filter((alert) => alert.state === 'ARRIVED').length,
    minutes: null,
  };
}

/** The step that comes next; none where the ring waits for nothing. */
function nextStep(ring) {
  const waits = (ring.deadlines ?? []).filter((step) => step.doneAt === null && step.round === ring.round && step.dueAt !== null);
  return waits.filter((step) => step.dueAt === ring.dueAt)[0] ?? waits.sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))[0] ?? null;
}

/** Minutes and seconds, with hours where there are some. */
export function span(ms) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n) => String(n).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`;
}

/** Whoever has nobody comes first, then by the next deadline. */
export function urgent(a, b) {
  const alone = (entry) => (entry.ring.state === 'OPEN' || entry.ring.state === 'REOPENED' ? 0 : 1);
  const due = (entry) => nextStep(entry.ring)?.dueAt ?? '9';
  return alone(a) - alone(b) || due(a).localeCompare(due(b)) || a.ring.id.localeCompare(b.ring.id);
}

/** Fills the row of a ring, made where it is absent. Texts are set as text: nothing of an answer becomes markup. */
export function fillRow(row, { ring, status }) {
  if (!row.cells.length) for (let i = 0; i < 5; i++) row.insertCell();
  row.dataset.ring = ring.id;
  row.dataset.state = ring.state;
  const [state, door, since, people, next] = row.cells;
  const marks = [ring.drill && 'drill', ring.mass && 'mass', ring.ambulanceAt && 'ambulance'].filter(Boolean);
  state.replaceChildren(say(ring.state), ...marks.map((name) => element('span', 'mark', say(name))));
  const home = ring.rangAt.nodes[0];
  const above = home?.ancestors.nodes.map((node) => node.title).reverse().join(' · ');
  door.replaceChildren(home?.title ?? say('unknown'), ...(above ? [element('span', 'path', above)] : []));
  since.replaceChildren(element('time', 'since', ''));
  people.replaceChildren(`${status.called} / ${status.coming} / ${status.there}`, ...(status.minutes ? [element('span', 'path', say('minutes', status))] : []));
  const step = nextStep(ring);
  next.replaceChildren(step ? stepName(step.step) : say('nothing'), element('span', 'path due', ''));
  row.dataset.due = step?.dueAt ?? '';
  row.dataset.began = ring.beganAt ?? ring.pressedAt;
}

/** Sets the clocks of a row to the server's time. */
export function tickRow(row, now) {
  row.querySelector('.since').textContent = span(now - Date.parse(row.dataset.began));
  const left = row.dataset.due ? Date.parse(row.dataset.due) - now : NaN;
  row.querySelector('.due').textContent = Number.isNaN(left) ? '' : left < 0 ? say('late', { time: span(-left) }) : say('in', { time: span(left + 999) });
  row.classList.toggle('late', left < -2000);
}

function element(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}
