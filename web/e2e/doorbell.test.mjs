// The board and the pages of links in a real browser. Usage: node doorbell.test.mjs BASE_URL
// The server at BASE_URL hands its messages to http://127.0.0.1:$RECEIVER, where this test listens.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';

const base = process.argv[2];
const port = Number(process.env.RECEIVER);
if (!base || !port) throw new Error('usage: RECEIVER=port node doorbell.test.mjs BASE_URL');
const shots = process.env.LINTU_SHOTS;
const patience = { timeout: 20_000 };

const messages = [];
let receiver;
let wire; // between the browser and the server, so that it can be cut
let board; // the address of the board through the wire
let browser;
let page;

before(async () => {
  if (shots) await mkdir(shots, { recursive: true });
  receiver = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    messages.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end();
  });
  await new Promise((done) => { receiver.listen(port, '127.0.0.1', done); });
  wire = await cuttable(new URL(base).port);
  board = `http://127.0.0.1:${wire.port}`;
  browser = await openBrowser({ width: 1280, height: 800 });
  page = browser.page;
});

after(async () => {
  await browser?.close();
  wire?.cut();
  wire?.close();
  receiver?.close();
});

/** Passes connections on to a port of this machine until they are cut. */
async function cuttable(to) {
  const sockets = new Set();
  let whole = true;
  const server = net.createServer((client) => {
    if (!whole) return client.destroy();
    const far = net.connect(to, '127.0.0.1');
    for (const [socket, other] of [[client, far], [far, client]]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => { sockets.delete(socket); other.destroy(); });
      socket.pipe(other);
    }
    return undefined;
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return {
    port: server.address().port,
    cut() {
      whole = false;
      for (const socket of sockets) socket.destroy();
    },
    mend() { whole = true; },
    close: () => server.close(),
  };
}

async function graphql(query, variables) {
  const response = await fetch(`${base}/graphql`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query, variables }) });
  const answer = await response.json();
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer.data;
}

/** Rings at a household with a contact who has agreed, so that somebody is called and gets a link. */
async function ring(number) {
  const { households } = await graphql('{ households(first: 10, where: { contacts: { some: { consent: true } } }) { nodes { id title } } }');
  const home = households.nodes[number];
  const before = messages.length;
  const { ring: made } = await graphql('mutation($home: ID!) { ring(input: { household: $home }) { ring { id } } }', { home: home.id });
  const id = made.ring.id;
  const link = async () => {
    for (let i = 0; i < 100; i++) {
      const found = messages.slice(before).find((message) => message.ring === id && message.link);
      if (found) return found;
      await new Promise((done) => { setTimeout(done, 100); });
    }
    throw new Error('no message with a link came');
  };
  return { id, title: home.title, link };
}

const close = (id) => graphql('mutation($id: ID!) { closeRing(ring: $id, outcome: TEST) { ring { state } } }', { id });
const row = (id) => page.locator(`tr[data-ring="${id}"]`);

async function shoot(name, of = page) {
  if (shots) await of.screenshot({ path: path.join(shots, `${name}.png`) });
}

async function withoutFaults(of, what) {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await of.evaluate(axe);
  const { violations } = await of.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }));
  assert.deepEqual(violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.target).join(' ')}`), [], what);
}

async function openBoard(lang = 'zh') {
  await page.goto(`${board}/board?lang=${lang}`);
  await page.waitForSelector('body[data-ready]:not(.gone-now)', patience);
}

test('the board shows a ring as it begins, moves and ends, without being asked again', async () => {
  const purposes = new Set(); // every request says why doors are looked at
  const note = (request) => request.url().endsWith('/graphql') && purposes.add(request.headers()['x-lintu-purpose']);
  page.on('request', note);
  await openBoard();
  page.off('request', note);
  assert.deepEqual([...purposes], ['dispatch']);
  const { id, title, link } = await ring(0);
  await row(id).waitFor(patience);
  assert.equal(await row(id).getAttribute('data-state'), 'OPEN');
  assert.ok((await row(id).innerText()).includes(title));
  assert.match(await row(id).locator('.due').innerText(), /后|已超时/);
  assert.match(await row(id).innerText(), /演练/);
  const site = (ms) => new Date(ms).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' }).slice(0, 5);
  assert.ok([site(Date.now()), site(Date.now() - 5000)].includes((await page.textContent('#clock')).slice(0, 5)), 'the clock is not the site\'s');
  const first = await row(id).locator('.since').innerText();
  await page.waitForFunction(([ring, was]) => document.querySelector(`tr[data-ring="${ring}"] .since`).textContent !== was, [id, first], patience);
  await shoot('board-zh');
  await graphql('mutation($alert: ID!) { acceptAlert(alert: $alert) { now } }', { alert: (await link()).alert });
  await page.waitForSelector(`tr[data-ring="${id}"][data-state="ACKNOWLEDGED"]`, patience);
  assert.match(await row(id).innerText(), /\d+ \/ 1 \/ 0/);
  await close(id);
  await row(id).waitFor({ state: 'detached', ...patience });
});

test('deadlines are by the clock of the server, whatever the clock of the machine says', async () => {
  const { id } = await ring(1);
  const early = await browser.context.newPage();
  await early.addInitScript(() => {
    const real = Date.now;
    Date.now = () => real() - 3_600_000; // an hour slow
  });
  await early.goto(`${base}/board?lang=en`);
  await early.locator(`tr[data-ring="${id}"]`).waitFor(patience);
  await graphql('mutation($id: ID!) { callAmbulance(ring: $id) { now } }', { id }); // whatever happens tells the clock
  await early.waitForFunction((ring) => /^0\d:/.test(document.querySelector(`tr[data-ring="${ring}"] .since`).textContent), id, patience);
  await early.close();
  await close(id);
});

test('when the connection is gone a red bar says so, and the board catches up when it is back', async () => {
  await openBoard('en');
  const { id } = await ring(0);
  await row(id).waitFor(patience);
  const before = browser.faults.length;
  wire.cut();
  await page.locator('#gone').waitFor({ state: 'visible', ...patience });
  assert.match(await page.textContent('#gone'), /The connection is gone: since \d\d:\d\d:\d\d/);
  const color = await page.evaluate(() => getComputedStyle(document.querySelector('#gone')).backgroundColor);
  assert.equal(color, 'rgb(163, 0, 0)');
  await shoot('board-gone');
  await withoutFaults(page, 'the board while the connection is gone');
  const other = await ring(1);
  await close(id);
  wire.mend();
  await page.locator('#gone').waitFor({ state: 'hidden', ...patience });
  await row(other.id).waitFor(patience);
  await row(id).waitFor({ state: 'detached', ...patience });
  await close(other.id);
  for (const fault of browser.faults.splice(before)) assert.match(fault, /ERR_/); // the browser reports the cut
});

test('the board is used with the keyboard, speaks both languages, and has no accessibility fault that axe knows', async () => {
  const { id } = await ring(0);
  for (const lang of ['zh', 'en']) {
    await openBoard(lang);
    await row(id).waitFor(patience);
    assert.equal(await page.getAttribute('html', 'lang'), lang === 'zh' ? 'zh-CN' : 'en');
    await withoutFaults(page, `the board in ${lang}`);
  }
  await page.focus('body');
  const reached = new Set();
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.dataset.lang ?? document.activeElement.tagName));
  }
  for (const want of ['SUMMARY', 'zh', 'en', 'DIV']) assert.ok(reached.has(want), `Tab reaches ${[...reached]}`);
  await page.setViewportSize({ width: 400, height: 800 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${overflow} pixels wider than the screen`);
  await page.setViewportSize({ width: 1280, height: 800 });
  await close(id);
});

test('a link is answered to the end on a small telephone without scripts', async () => {
  const { id, link } = await ring(0);
  const message = await link();
  assert.ok(message.link.startsWith(`${base}/r/`), message.link);
  const telephone = await browser.context.browser()?.newContext({ javaScriptEnabled: false }) ?? null;
  const tab = telephone ? await telephone.newPage() : await withoutScripts();
  await tab.setViewportSize({ width: 360, height: 640 });
  await tab.goto(`${message.link}?lang=zh`);
  const fits = async (what) => {
    const box = await tab.locator('main').boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 360, `${what} is ${box.width} wide`);
  };
  const text = () => tab.locator('main').innerText();
  await fits('the question');
  assert.match(await text(), /演练/);
  assert.equal(await tab.locator('#door, #word').count(), 0, 'the door is shown before a yes');
  await shoot('invite-asked', tab);
  await tab.click('button[value="accept"]');
  await tab.locator('#word').waitFor(patience);
  assert.match(await tab.locator('#word').innerText(), /^\d{4}$/);
  assert.ok((await tab.locator('#door').innerText()).length > 3);
  await fits('the door');
  await shoot('invite-door', tab);
  await tab.reload(); // sends nothing again
  await tab.click('a[hreflang="en"]');
  await tab.click('button[value="onMyWay"]');
  await tab.getByText('You are on the way').waitFor(patience);
  await tab.click('button[value="arrived"]');
  await tab.getByRole('heading', { name: 'You are at the door' }).waitFor(patience);
  const { ring: stands } = await graphql('query($id: ID!) { ring(id: $id) { state } }', { id });
  assert.equal(stands.state, 'ATTENDED');
  await close(id);
  await tab.reload();
  await tab.getByText('This call is over').waitFor(patience);
  assert.equal(await tab.locator('#door, #word, button').count(), 0, 'the door is shown after the end');
  await tab.close();
});

/** A page of the same browser in which no script runs, ours or anybody's. */
async function withoutScripts() {
  const tab = await browser.context.newPage();
  const session = await browser.context.newCDPSession(tab);
  await session.send('Emulation.setScriptExecutionDisabled', { value: true });
  return tab;
}

test('a link says no without a reason, and its page has no accessibility fault that axe knows', async () => {
  const { id, link } = await ring(1);
  const { link: address } = await link();
  for (const lang of ['zh', 'en']) {
    await page.goto(`${address}?lang=${lang}`);
    await withoutFaults(page, `the page of a link in ${lang}`);
  }
  await page.keyboard.press('Tab');
  for (let i = 0; i < 5 && await page.evaluate(() => document.activeElement.value) !== 'decline'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('You said that you cannot go').first().waitFor(patience);
  await close(id);
});

test('nothing was asked of another host, and the pages had no fault', () => {
  assert.deepEqual(browser.foreign, []);
  assert.deepEqual(browser.faults, []);
});
