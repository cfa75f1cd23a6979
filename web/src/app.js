// The playground page: language, token, ready questions, status line, and GraphiQL in the middle.

import { ask, purpose, reason, token, Unauthorized } from './api.js';
import { mountEditor } from './editor.js';
import { filterQuestions, loadQuestions, markQuestion, moveByArrows, NothingThere, showQuestions, variablesOf } from './questions.js';
import { firstLanguage, keepLanguage, say, translate } from './texts.js';

const welcome = `# 邻图 Lintu
# 左边是现成的问题；Ctrl-Enter 运行。
# Ready questions stand on the left; Ctrl-Enter runs.

query Welcome {
  divisions(first: 5) {
    totalCount
    nodes { id kind title }
  }
}
`;

const narrow = '(max-width: 860px)';
const byId = (id) => document.getElementById(id);
const state = { lang: firstLanguage(), questions: [], current: '', turn: 0, status: ['ready'] };
let editor;

function showStatus(...parts) {
  state.status = parts;
  byId('status').textContent = parts
    .map((part) => (Array.isArray(part) ? say(state.lang, ...part) : say(state.lang, part)))
    .join('');
}

function showLanguage() {
  translate(state.lang);
  showQuestions(byId('questions'), state.questions, state.lang, state.current, choose);
  showFiltered();
  showStatus(...state.status);
}

/** Filters the list by what is typed above it, and says how many questions are left. */
function showFiltered() {
  const text = byId('filter').value;
  const count = filterQuestions(byId('questions'), state.questions, text);
  byId('filtered').textContent = text.trim() ? say(state.lang, 'filtered', { count }) : '';
}

function setUpFilter() {
  const field = byId('filter');
  field.addEventListener('input', showFiltered);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && field.value) {
      field.value = '';
      showFiltered();
    }
    if (event.key === 'ArrowDown') {
      const first = [...byId('questions').querySelectorAll('button')].find((button) => button.offsetParent !== null);
      if (first) {
        event.preventDefault();
        first.focus();
      }
    }
  });
  byId('questions').addEventListener('keydown', (event) => moveByArrows(byId('questions'), event));
}

function showFailure(error) {
  if (error instanceof NothingThere) showStatus(['empty', { path: error.path }]);
  else if (error instanceof Unauthorized) showStatus('unauthorized');
  else showStatus(['unreachable', { message: error.message }]);
}

/** GraphiQL's fetcher: the same ask, with the status line kept up to date for everything but the schema. */
async function fetcher(operation) {
  const quiet = operation.operationName === 'IntrospectionQuery';
  const started = performance.now();
  if (!quiet) showStatus('running');
  try {
    const answer = await ask(operation);
    if (!quiet) showAnswer(answer, performance.now() - started);
    return answer;
  } catch (error) {
    showFailure(error);
    throw error;
  }
}

function showAnswer(answer, elapsed) {
  if (answer.errors?.length) {
    showStatus(['failed', { count: answer.errors.length }]);
    return;
  }
  const parts = [['done', { ms: Math.round(elapsed) }]];
  const cost = answer.extensions?.cost;
  if (cost) parts.push(['cost', cost]);
  showStatus(...parts);
}

/** On a narrow screen the list folds away, so that the answer comes into view. */
function foldQuestions() {
  if (!matchMedia(narrow).matches) return;
  const box = byId('questions-box');
  box.open = false;
  box.querySelector('summary').focus({ preventScroll: true });
  byId('status').scrollIntoView();
}

/** Fills the editors with a question and runs it. A later choice overtakes one that still prepares. */
async function choose(question) {
  const turn = ++state.turn;
  state.current = question.id;
  markQuestion(byId('questions'), question.id);
  history.replaceState(null, '', `${location.pathname}${location.search}#${question.id}`);
  foldQuestions();
  showStatus('running');
  const title = state.lang === 'zh' ? question.titleZh : question.titleEn;
  const query = `# ${title}\n${question.query}\n`;
  try {
    const variables = await variablesOf(question, ask);
    if (turn !== state.turn) return;
    editor.fill(query, variables);
    editor.run();
  } catch (error) {
    if (turn !== state.turn) return;
    editor.fill(query, question.variables ?? {});
    showFailure(error);
  }
}

function setUpToken() {
  const box = byId('token-box');
  const field = byId('token');
  const mark = () => box.classList.toggle('set', token.get() !== '');
  field.value = token.get();
  mark();
  field.addEventListener('change', () => {
    token.set(field.value);
    mark();
    editor.reload();
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    if (event.key === 'Escape') field.value = token.get();
    box.open = false;
    box.querySelector('summary').focus();
  });
  for (const [id, kept] of [['purpose', purpose], ['reason', reason]]) {
    byId(id).value = kept.get();
    byId(id).addEventListener('change', () => kept.set(byId(id).value));
  }
  document.addEventListener('click', (event) => {
    if (!box.contains(event.target)) box.open = false;
  });
}

function setUpLanguages() {
  for (const button of document.querySelectorAll('button[data-lang]')) {
    button.addEventListener('click', () => {
      state.lang = button.dataset.lang;
      keepLanguage(state.lang);
      showLanguage();
    });
  }
}

async function start() {
  byId('questions-box').open = !matchMedia(narrow).matches;
  setUpLanguages();
  setUpFilter();
  showLanguage();
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault();
    document.querySelector('#editor textarea')?.focus();
  });
  editor = await mountEditor(byId('editor'), { fetcher, defaultQuery: welcome });
  setUpToken();
  state.questions = await loadQuestions();
  const linked = state.questions.find((question) => question.id === location.hash.slice(1));
  if (linked) state.current = linked.id;
  showLanguage();
  if (linked) await choose(linked);
  document.body.dataset.ready = 'true';
}

start().catch(showFailure);
