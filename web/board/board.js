// The board: open rings and their deadlines by the server's clock. What it cannot know it does not show as calm: while the
// connection is gone a red bar says since when.
import { ask, token, Unauthorized } from './api.js';
import { fillRow, openRings, ringNews, statusOf, tickRow, urgent } from './rings.js';
import { subscribe } from './stream.js';
import { firstLanguage, say, speak } from './words.js';

const area = new URLSearchParams(location.search).get('area') || null;
const mostRows = 200;
const handling = { purpose: 'dispatch' }; // why the board looks at doors
const refreshEvery = 60_000;

const entries = new Map(); // by the ring's id: the ring and how it stands
const heardAt = new Map(); // by the ring's id: when the stream last told of it
let total = 0;
let cursor = null;
let ahead = 0; // how far the server's clock is ahead of this machine's, in ms
let lastHeard = Date.now();
let connected = false;
let problem = '';

const at = (id) => document.getElementById(id);
const now = () => Date.now() + ahead;
let zone; // the site's
/** An instant as the clocks of the site show it, wherever this browser is. */
const clockTime = (ms) => new Date(ms).toLocaleTimeString('en-GB', { timeZone: zone });
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** Takes the server's clock from what it has just said. */
function clockIs(text) {
  const said = Date.parse(text);
  if (!Number.isNaN(said)) ahead = said - Date.now();
}

/** Reads the open rings anew; the stream alone is never trusted. */
async function refresh() {
  const began = Date.now();
  const found = new Map();
  let after = null;
  let count = 0;
  do {
    const answer = await ask({ query: openRings, variables: { area, after }, operationName: 'BoardRings' }, handling);
    if (answer.errors?.length) throw Object.assign(new Error(answer.errors[0].message), { refused: true });
    const page = answer.data.rings;
    count = page.totalCount;
    for (const ring of page.nodes) found.set(ring.id, { ring, status: statusOf(ring) });
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after && found.size < mostRows);
  for (const [id, entry] of entries) { // what the stream told meanwhile is newer than the answer
    if ((heardAt.get(id) ?? 0) >= began) found.set(id, entry);
  }
  for (const [id, when] of heardAt) if (when >= began && !entries.has(id)) found.delete(id);
  entries.clear();
  for (const [id, entry] of found) entries.set(id, entry);
  heardAt.clear();
  total = Math.max(count, entries.size);
  draw();
}

/** Takes in what the stream tells of a ring. */
function heard({ ringEvents: news }) {
  cursor = news.cursor;
  clockIs(news.now);
  const { id, state } = news.ring;
  heardAt.set(id, Date.now());
  const before = entries.has(id);
  if (state === 'CLOSED') entries.delete(id);
  else entries.set(id, { ring: news.ring, status: news.status });
  total += Number(entries.has(id)) - Number(before);
  draw();
}

let drawing = false;

/** Draws once however much was heard since the last picture. */
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const list = [...entries.values()].sort(urgent).slice(0, mostRows);
    const body = at('rows');
    const rows = new Map([...body.rows].map((row) => [row.dataset.ring, row]));
    body.replaceChildren(...list.map((entry) => {
      const row = rows.get(entry.ring.id) ?? document.createElement('tr');
      fillRow(row, entry);
      tickRow(row, now());
      return row;
    }));
    at('count').textContent = say('count', { count: total });
    at('none').hidden = !connected || list.length > 0;
    at('more').hidden = total <= list.length;
    at('more').textContent = say('more', { count: total - list.length });
    document.body.dataset.ready = '';
  });
}

/** Says whether the board is to be trusted. */
function connection(is) {
  if (connected && !is) lastHeard = now();
  connected = is;
  document.body.classList.toggle('gone-now', !is);
  const bar = at('gone');
  bar.hidden = is;
  bar.textContent = is ? '' : say('gone', { at: clockTime(lastHeard) });
  at('problem').hidden = problem === '';
  at('problem').textContent = problem;
  draw();
}

/** Follows the rings for ever: reads them, listens, and comes back after whatever broke. */
async function follow() {
  for (let failures = 0; ; failures++) {
    let refreshing = null;
    try {
      await refresh(); // first: what happened while nobody listened
      await subscribe({ query: ringNews, variables: { area, after: cursor }, operationName: 'BoardNews' }, handling, {
        opened() {
          failures = 0;
          problem = '';
          connection(true);
          const again = () => refresh().catch(() => {}); // the stream itself tells when the server is gone
          setTimeout(again, 2000); // what happened between the reading and the listening
          refreshing = setInterval(again, refreshEvery);
        },
        next: heard,
      });
    } catch (error) {
      if (error.argument === 'after') cursor = null;
      problem = error instanceof Unauthorized ? say('unauthorized') : error.code || error.refused ? say('refused', { message: error.message }) : '';
    } finally {
      clearInterval(refreshing);
    }
    connection(false);
    await Promise.race([wait(Math.min(10_000, 500 * 2 ** Math.min(failures, 5)) * (0.75 + Math.random() / 2)), tokenGiven()]);
  }
}

let given = () => {};
const tokenGiven = () => new Promise((done) => { given = done; });

function prepare() {
  speak(firstLanguage());
  if (area) {
    at('area-line').hidden = false;
    at('area-line').textContent = say('area', { area });
  }
  for (const button of document.querySelectorAll('button[data-lang]')) {
    button.addEventListener('click', () => {
      speak(button.dataset.lang);
      if (area) at('area-line').textContent = say('area', { area });
      connection(connected);
    });
  }
  at('token').value = token.get();
  at('token').addEventListener('change', () => {
    token.set(at('token').value);
    given();
  });
  at('token').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === 'Escape') {
      at('token-box').open = false;
      at('token-box').querySelector('summary').focus();
    }
  });
  setInterval(() => {
    at('clock').textContent = clockTime(now());
    for (const row of at('rows').rows) tickRow(row, now());
  }, 250);
}

try {
  zone = (await (await fetch('board/site.json')).json()).timeZone;
} catch {
  zone = undefined; // the browser's own
}
prepare();
at('count').textContent = say('asking');
follow();
