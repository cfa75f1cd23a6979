// The playground in a real browser. Usage: node playground.test.mjs BASE_URL
// The server at BASE_URL serves /playground and /graphql. With LINTU_SHOTS=folder, pictures are kept there.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';

const base = process.argv[2];
if (!base) throw new Error('usage: node playground.test.mjs BASE_URL, such as http://127.0.0.1:8080');
const shots = process.env.LINTU_SHOTS;
const patience = { timeout: 20_000 };

let browser;
let page;
let questions;

before(async () => {
  if (shots) await mkdir(shots, { recursive: true });
  browser = await openBrowser({ width: 1280, height: 800 });
  page = browser.page;
  questions = await (await fetch(`${base}/playground/questions.json`)).json();
});

after(async () => {
  await browser?.close();
});

async function open(query = '') {
  if (page.url().startsWith(base)) await page.evaluate(() => sessionStorage.clear()); // no tabs of the test before
  await page.goto('about:blank'); // another # alone would not load the page again
  await page.goto(`${base}/playground${query}`);
  await page.waitForSelector('body[data-ready]', patience);
}

async function shoot(name, fullPage = false) {
  if (shots) await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage });
}

/** The next answer of the server to the operation, while the action is done. */
async function answerTo(operation, action) {
  const arrival = page.waitForResponse((response) =>
    response.url().endsWith('/graphql') && response.request().postDataJSON()?.operationName === operation, patience);
  await action();
  const response = await arrival;
  return { request: response.request(), answer: await response.json() };
}

const operationOf = (question) => /query\s+(\w+)/.exec(question.query.join('\n'))[1];
const button = (id) => page.locator(`button[data-question="${id}"]`);
/** The button of a question, in its opened group. */
async function reach(id) {
  await page.evaluate((id) => { document.querySelector(`button[data-question="${id}"]`).closest('details').open = true; }, id);
  return button(id);
}

function assertAnswered(answer, what) {
  assert.equal(answer.errors, undefined, `${what}: ${JSON.stringify(answer.errors)}`);
  assert.ok(answer.data && Object.values(answer.data).every((value) => value !== null), `${what}: no data`);
}

/** What the result pane shows, once it is the given answer. */
async function shown(answer) {
  await page.waitForFunction((want) => {
    const text = document.querySelector('#editor .result-window .CodeMirror')?.CodeMirror.getValue();
    return text && JSON.stringify(JSON.parse(text).data) === want;
  }, JSON.stringify(answer.data), patience);
}

for (const lang of ['zh', 'en']) {
  test(`every ready question runs and is answered, in ${lang}`, async (t) => {
    await open(`?lang=${lang}`);
    assert.equal(await page.getAttribute('html', 'lang'), lang === 'zh' ? 'zh-CN' : 'en');
    assert.ok(questions.length >= 24);
    for (const question of questions) {
      const title = lang === 'zh' ? question.titleZh : question.titleEn;
      assert.equal(await button(question.id).locator('strong').textContent(), title);
      const operation = operationOf(question);
      const filled = await answerTo(operation, async () => (await reach(question.id)).click());
      assertAnswered(filled.answer, question.id);
      await shown(filled.answer);
      const again = await answerTo(operation, () => page.getByRole('button', { name: /Execute query/ }).click());
      assertAnswered(again.answer, question.id);
      await shown(again.answer);
      t.diagnostic(`${title} -> ${JSON.stringify(again.answer.data).slice(0, 160)}`);
      if (question === questions[0]) await shoot(`playground-${lang}`);
    }
  });
}

test('a question is reached, run and left with the keyboard alone', async () => {
  await open('?lang=zh');
  const focused = () => page.evaluate(() => document.activeElement?.dataset?.question ?? '');
  for (let i = 0; i < 12 && (await focused()) === ''; i++) await page.keyboard.press('Tab');
  assert.equal(await focused(), questions[0].id, 'Tab does not reach the first question');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, 'none', 'the focus cannot be seen');
  await shoot('playground-focus');
  const { answer } = await answerTo(operationOf(questions[0]), () => page.keyboard.press('Enter'));
  assertAnswered(answer, questions[0].id);
  assert.equal(await focused(), questions[0].id, 'running a question loses the focus');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), questions[1].id, 'Down does not lead to the next question');
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  assert.equal(await focused(), questions[0].id, 'Home does not lead to the first question');

  await open('?lang=zh');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const place = () => page.evaluate(() => document.activeElement?.closest('.graphiql-query-editor .CodeMirror') ? 'query' : 'elsewhere');
  assert.equal(await place(), 'query', 'the skip link does not lead to the query editor');
  await page.keyboard.press('Tab');
  assert.equal(await place(), 'elsewhere', 'Tab does not leave the query editor');
});

test('the list has groups that open, and a filter that finds a question in either language', async () => {
  await open('?lang=zh');
  const groups = page.locator('#questions details');
  assert.equal(await groups.count(), new Set(questions.map(({ group }) => group)).size);
  assert.equal(await page.locator('#questions details[open]').count(), 1, 'not exactly the first group is open');
  const last = questions.at(-1);
  assert.ok(!(await button(last.id).isVisible()));
  await groups.last().locator('summary').focus();
  await page.keyboard.press('Enter');
  assert.ok(await button(last.id).isVisible(), 'Enter does not open a group');
  for (const text of ['门铃', 'doorbell']) {
    await page.fill('#filter', text);
    const seen = await page.locator('#questions button:visible').evaluateAll((list) => list.map((node) => node.dataset.question));
    assert.ok(seen.includes('doorbell-no-contact') && seen.length < 6, `${text}: ${seen}`);
    assert.equal((await page.textContent('#filtered')).match(/\d+/)[0], String(seen.length));
  }
  await shoot('playground-filter');
  await page.press('#filter', 'ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.question !== undefined), true);
  await page.fill('#filter', '没有这样的问题');
  assert.equal(await page.locator('#questions button:visible').count(), 0);
  await page.press('#filter', 'Escape');
  assert.ok(await button(questions[0].id).isVisible());
  for (let i = 0; i < await groups.count(); i++) await groups.nth(i).evaluate((node) => { node.open = true; });
  await page.setViewportSize({ width: 1280, height: 2900 });
  await shoot('playground-list');
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('a chosen language stays, and is written into the address', async () => {
  await open('?lang=zh');
  await page.click('button[data-lang="en"]');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.match(page.url(), /[?&]lang=en/);
  assert.equal(await page.textContent('#questions-title'), 'Ready questions');
  await open();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
});

test('a link to a question opens and runs it', async () => {
  const question = questions.at(-1);
  const { answer } = await answerTo(operationOf(question), () => open(`?lang=en#${question.id}`));
  assertAnswered(answer, question.id);
  assert.equal(await button(question.id).getAttribute('aria-current'), 'true');
});

test('a bearer token goes with each query and is kept in this tab only', async () => {
  await open('?lang=en');
  await page.click('#token-box summary');
  await page.fill('#token', 'a-token');
  await shoot('playground-token');
  await page.press('#token', 'Enter');
  const { request } = await answerTo(operationOf(questions[0]), () => button(questions[0].id).click());
  assert.equal(await request.headerValue('authorization'), 'Bearer a-token');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!kept.includes('a-token'), 'the token is in localStorage');
});

test('a stated purpose goes with each query, its reason in any script, and both end with the tab', async () => {
  await open('?lang=en');
  await page.click('#token-box summary');
  await page.selectOption('#purpose', 'break-glass');
  await page.fill('#reason', '门内有人呼救');
  await shoot('playground-purpose');
  await page.press('#token', 'Escape');
  const { request } = await answerTo(operationOf(questions[0]), () => button(questions[0].id).click());
  assert.equal(await request.headerValue('x-lintu-purpose'), 'break-glass');
  assert.equal(decodeURIComponent(await request.headerValue('x-lintu-reason')), '门内有人呼救');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!kept.includes('break-glass') && !kept.includes('门内'), 'purpose or reason is in localStorage');
  await page.evaluate(() => sessionStorage.clear());
});

test('a question that finds nothing to start from says so and is not run', async () => {
  await open('?lang=en');
  const question = questions.find(({ prepare }) => prepare);
  let asked = 0;
  await page.route('**/graphql', (route) => {
    asked += 1;
    return route.fulfill({ json: { data: {} } });
  });
  await (await reach(question.id)).click();
  await page.getByText(Object.values(question.prepare.set)[0]).waitFor(patience);
  assert.equal(asked, 1);
  await page.unroute('**/graphql');
});

test('a server that wants a token is understood', async () => {
  await open('?lang=en');
  const before = browser.faults.length;
  await page.route('**/graphql', (route) => route.fulfill({ status: 401, json: { errors: [{ message: 'no token' }] } }));
  await button(questions[0].id).click();
  await page.getByText('The server asks who you are').waitFor(patience);
  await page.unroute('**/graphql');
  for (const fault of browser.faults.splice(before)) assert.match(fault, /401/); // the browser reports the answer we made
});

test('the documentation pane shows the schema, and the dialogs open and close', async () => {
  await open('?lang=zh');
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const pane = page.locator('.graphiql-doc-explorer');
  await pane.getByRole('link', { name: 'Query', exact: true }).click(patience);
  await pane.getByText('unitCoverage').first().waitFor(patience);
  await shoot('playground-docs');
  for (const name of ['Open settings dialog', 'Open short keys dialog']) {
    await page.getByRole('button', { name }).click();
    await page.getByRole('dialog').waitFor(patience);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached', ...patience });
  }
});

test('the page fits a narrow screen', async () => {
  await page.setViewportSize({ width: 400, height: 800 });
  await open('?lang=zh');
  await page.click('#questions-box summary');
  const { answer } = await answerTo(operationOf(questions[0]), () => button(questions[0].id).click());
  await shown(answer);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${overflow} pixels wider than the screen`);
  await shoot('playground-narrow', true);
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('our part of the page has no accessibility fault that axe knows', async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  for (const lang of ['zh', 'en']) {
    await open(`?lang=${lang}`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run({ exclude: [['#editor']] },
      { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }));
    assert.deepEqual(violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.target).join(' ')}`), []);
  }
});

test('nothing was asked of another host, and the pages had no fault', () => {
  assert.deepEqual(browser.foreign, []);
  assert.deepEqual(browser.faults, []);
});
