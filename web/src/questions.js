// The ready questions: reading the list, showing and filtering it, and filling a question's variables from its
// preparatory query.

import { say } from './texts.js';

/** All questions; a query is kept as lines in the file, and joined here. */
export async function loadQuestions() {
  const response = await fetch('playground/questions.json');
  if (!response.ok) throw new Error(`questions.json: HTTP ${response.status}`);
  const questions = await response.json();
  for (const question of questions) {
    question.query = question.query.join('\n');
    if (question.prepare) question.prepare.query = question.prepare.query.join('\n');
  }
  return questions;
}

/** The preparatory query found nothing at a path that a variable needs. */
export class NothingThere extends Error {
  constructor(path) {
    super(path);
    this.path = path;
  }
}

/** The value at a dotted path such as "divisions.nodes.0.id"; undefined where it ends early. */
export function valueAt(data, path) {
  return path.split('.').reduce((value, step) => value?.[step], data);
}

/** The variables of a question: its own, where "now" is this moment, and those that its preparatory query finds. */
export async function variablesOf(question, ask) {
  const variables = { ...question.variables };
  for (const [name, value] of Object.entries(variables)) if (value === 'now') variables[name] = new Date().toISOString();
  if (!question.prepare) return variables;
  const answer = await ask({ query: question.prepare.query });
  if (answer.errors?.length) throw new Error(answer.errors[0].message);
  for (const [name, path] of Object.entries(question.prepare.set)) {
    const value = valueAt(answer.data, path);
    if (value === undefined || value === null) throw new NothingThere(path);
    variables[name] = value;
  }
  return variables;
}

/** The groups of the list, in the order of the questions; texts.js has their titles as group.ID. */
function groupsOf(questions) {
  const groups = new Map();
  for (const question of questions) {
    if (!groups.has(question.group)) groups.set(question.group, []);
    groups.get(question.group).push(question);
  }
  return groups;
}

/**
 * Writes the list by groups that open and close; the first one is open, and that of the current question. Each
 * question is a button, so Tab reaches it and Enter runs it; the arrow keys go from one to the next.
 */
export function showQuestions(list, questions, lang, current, choose) {
  const open = new Set([...list.querySelectorAll('details[open]')].map((group) => group.dataset.group));
  const sections = [...groupsOf(questions)].map(([id, members], i) => {
    const group = document.createElement('details');
    group.dataset.group = id;
    group.open = open.size > 0 ? open.has(id) : i === 0;
    if (members.some((question) => question.id === current)) group.open = true;
    const summary = document.createElement('summary');
    const title = document.createElement('h3');
    title.textContent = say(lang, `group.${id}`);
    const count = document.createElement('span');
    count.className = 'count';
    count.textContent = members.length;
    summary.append(title, count);
    const items = document.createElement('ol');
    items.append(...members.map((question) => item(question, lang, current, choose)));
    group.append(summary, items);
    return group;
  });
  list.replaceChildren(...sections);
}

function item(question, lang, current, choose) {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.question = question.id;
  const title = document.createElement('strong');
  title.textContent = lang === 'zh' ? question.titleZh : question.titleEn;
  const note = document.createElement('span');
  note.textContent = lang === 'zh' ? question.noteZh : question.noteEn;
  const demos = document.createElement('small');
  demos.textContent = say(lang, 'demos', { names: question.demos.join(' · ') });
  button.append(title, note, demos);
  if (question.id === current) button.setAttribute('aria-current', 'true');
  button.addEventListener('click', () => choose(question));
  const row = document.createElement('li');
  row.append(button);
  return row;
}

/** Marks the chosen question without rebuilding the list, so that the focus stays, and opens its group. */
export function markQuestion(list, id) {
  for (const button of list.querySelectorAll('button')) {
    if (button.dataset.question === id) {
      button.setAttribute('aria-current', 'true');
      button.closest('details').open = true;
    } else button.removeAttribute('aria-current');
  }
}

/**
 * Shows only the questions that hold every word of the text, in either language, with their groups open; returns how
 * many those are. An empty text shows all, in groups as they were before.
 */
export function filterQuestions(list, questions, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (q) => {
    const all = [q.titleEn, q.titleZh, q.noteEn, q.noteZh, q.id, q.query].join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const shown = new Set(questions.filter(fits).map((question) => question.id));
  for (const group of list.querySelectorAll('details')) {
    let any = false;
    for (const button of group.querySelectorAll('button')) {
      const is = shown.has(button.dataset.question);
      button.parentElement.hidden = !is;
      any ||= is;
    }
    group.hidden = !any;
    if (words.length > 0) {
      group.dataset.before ??= String(group.open);
      group.open = any;
    } else if (group.dataset.before) {
      group.open = group.dataset.before === 'true' || group.querySelector('[aria-current]') !== null;
      delete group.dataset.before;
    }
  }
  return shown.size;
}

/** Up, Down, Home and End move the focus between the questions that are in sight. */
export function moveByArrows(list, event) {
  const seen = [...list.querySelectorAll('button')].filter((button) => button.offsetParent !== null);
  const at = seen.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: seen.length - 1 }[event.key];
  if (at < 0 || to === undefined || !seen[to]) return;
  event.preventDefault();
  seen[to].focus();
}
