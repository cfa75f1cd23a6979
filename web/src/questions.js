// The ready questions: reading the list, and filling a question's variables from its preparatory query.

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

/** The variables of a question: its own, and those that its preparatory query finds. */
export async function variablesOf(question, ask) {
  const variables = { ...question.variables };
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

/** Writes the list; each question is a button, so Tab reaches it and Enter runs it. */
export function showQuestions(list, questions, lang, current, choose) {
  list.replaceChildren(...questions.map((question) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.question = question.id;
    const title = document.createElement('strong');
    title.textContent = lang === 'zh' ? question.titleZh : question.titleEn;
    const note = document.createElement('span');
    note.textContent = lang === 'zh' ? question.noteZh : question.noteEn;
    button.append(title, note);
    if (question.id === current) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => choose(question));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }));
}

/** Marks the chosen question without rebuilding the list, so that the focus stays. */
export function markQuestion(list, id) {
  for (const button of list.querySelectorAll('button')) {
    if (button.dataset.question === id) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
}
