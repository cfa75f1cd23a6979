// What the page itself says, in both languages. The questions bring their own texts.

const texts = {
  zh: {
    title: '邻图 Lintu · 查询台',
    skip: '跳到查询编辑器',
    tagline: '组织、人与地点的知识图谱 · 离线查询台',
    token: '身份与用途',
    tokenLabel: '密钥或令牌（Bearer）',
    tokenNote: '只存在本标签页，关闭即忘；随每次查询作为 Authorization 头发送，不会发往别处。',
    purposeLabel: '用途',
    'purpose.none': '不说明（人员信息脱敏）',
    'purpose.care-visit': '走访关爱',
    'purpose.coverage-planning': '覆盖规划',
    'purpose.record-check': '信息核对',
    'purpose.dispatch': '应急处置',
    'purpose.rights-answer': '个人信息权利答复',
    'purpose.break-glass': '紧急破窗（须写理由，会通知审计员）',
    reasonLabel: '理由',
    purposeNote: '查看人员明细须说明用途；用途和理由随查询发送，并记入审计。',
    language: '语言',
    questions: '现成的问题',
    hint: '点一个问题，查询和变量会填好并立即运行，可以再改。',
    filter: '筛选问题，如：门铃、网格员',
    filtered: '{count} 个问题符合',
    demos: '演示数据：{names}',
    'group.cover': '覆盖与应急',
    'group.ladder': '党的组织体系',
    'group.people': '岗位与兼职',
    'group.units': '单位、报到与共建',
    'group.duties': '包保与值班',
    'group.places': '小区与阵地',
    'group.explore': '查找、路径与历史',
    licenses: '第三方许可',
    ready: '准备就绪。选一个问题，或自己写查询。',
    running: '正在查询……',
    done: '完成，用时 {ms} 毫秒',
    cost: '；存储调用 {storeCalls} 次，语句 {statements} 条',
    failed: '查询返回了 {count} 个错误，见右侧结果。',
    empty: '库里没有这个问题要找的对象（{path}），未运行。',
    unauthorized: '服务器要求表明身份：请点右上角填写密钥或令牌。',
    unreachable: '连不上服务器：{message}',
  },
  en: {
    title: 'Lintu 邻图 · playground',
    skip: 'Skip to the query editor',
    tagline: 'Knowledge graph of organizations, people and places · offline playground',
    token: 'Who and why',
    tokenLabel: 'Key or token (bearer)',
    tokenNote: 'Kept in this tab only and forgotten when it closes; sent as the Authorization header of each query, and nowhere else.',
    purposeLabel: 'Purpose',
    'purpose.none': 'Not stated: people with masks',
    'purpose.care-visit': 'Visits and care',
    'purpose.coverage-planning': 'Planning of coverage',
    'purpose.record-check': 'Checking records',
    'purpose.dispatch': 'Handling a ring',
    'purpose.rights-answer': 'Answering a person about their data',
    'purpose.break-glass': 'Break-glass: needs a reason, alerts auditors',
    reasonLabel: 'Reason',
    purposeNote: 'Detail about people is shown for a stated purpose; purpose and reason go with each query, into the audit.',
    language: 'Language',
    questions: 'Ready questions',
    hint: 'Choose one: it fills in query and variables and runs at once. Change it as you like.',
    filter: 'Filter questions, such as doorbell or lift',
    filtered: '{count} questions fit',
    demos: 'Demo data: {names}',
    'group.cover': 'Coverage and emergencies',
    'group.ladder': 'Ladder of party organizations',
    'group.people': 'Posts, and several at once',
    'group.units': 'Units, registration, co-building',
    'group.duties': 'Responsibility and duty',
    'group.places': 'Compounds and places',
    'group.explore': 'Search, paths and history',
    licenses: 'Third-party licences',
    ready: 'Ready. Choose a question, or write your own query.',
    running: 'Asking …',
    done: 'Answered in {ms} ms',
    cost: '; {storeCalls} store calls, {statements} statements',
    failed: 'The answer carries {count} errors: see the result.',
    empty: 'The store holds nothing this question could start from ({path}); not run.',
    unauthorized: 'The server asks who you are: enter a key or token at the top right.',
    unreachable: 'The server cannot be reached: {message}',
  },
};

const key = 'lintu.lang';
const known = (lang) => lang === 'zh' || lang === 'en';

/** The language to start with: ?lang= first, then the last choice, then the browser's. */
export function firstLanguage() {
  const asked = new URLSearchParams(location.search).get('lang');
  if (known(asked)) return asked;
  const stored = localStorage.getItem(key);
  if (known(stored)) return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Keeps the choice for the next visit and in the address, so that a link opens in the same language. */
export function keepLanguage(lang) {
  localStorage.setItem(key, lang);
  const url = new URL(location.href);
  url.searchParams.set('lang', lang);
  history.replaceState(null, '', url);
}

/** One text, with {names} filled in. */
export function say(lang, name, values = {}) {
  return texts[lang][name].replace(/\{(\w+)\}/g, (_, field) => String(values[field] ?? ''));
}

/** Writes every data-text and data-label of the page in the language. */
export function translate(lang) {
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  document.title = say(lang, 'title');
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = say(lang, node.dataset.text);
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', say(lang, node.dataset.label));
  for (const node of document.querySelectorAll('[data-hint]')) node.placeholder = say(lang, node.dataset.hint);
  for (const button of document.querySelectorAll('[data-lang]')) {
    button.setAttribute('aria-pressed', String(button.dataset.lang === lang));
  }
}
