// What the board says, in both languages.

const texts = {
  zh: {
    title: '呼叫看板',
    clock: '服务器时间',
    token: '访问令牌',
    tokenLabel: '访问令牌（Bearer）',
    tokenNote: '只存在本标签页，关闭即忘；作为 Authorization 头发送给本服务器，不会发往别处。',
    language: '语言',
    rings: '未结束的呼叫',
    area: '只看区域：{area}',
    state: '状态',
    door: '地点',
    since: '已过',
    people: '通知 / 赶来 / 到场',
    next: '下一步（倒计时）',
    count: '未结束的呼叫：{count}',
    none: '现在没有未结束的呼叫。',
    more: '还有 {count} 个呼叫未列出，时限更晚。',
    gone: '连接已断开：{at} 起看板不再更新，正在重连。紧急情况请改用电话。',
    asking: '正在连接……',
    unauthorized: '服务器要求访问令牌：请点右上角填写。',
    refused: '服务器拒绝：{message}',
    unknown: '（地点未知）',
    drill: '演练',
    mass: '群发事件',
    ambulance: '已呼叫120',
    minutes: '约 {minutes} 分钟到',
    late: '已超时 {time}',
    in: '{time} 后',
    nothing: '—',
    OPEN: '待响应', REOPENED: '重新开启', ACKNOWLEDGED: '已有人响应', ATTENDED: '已到场', CLOSED: '已结束',
    wave: '第 {n} 轮呼叫邻里',
    repeat: '再次提醒值班', arrival: '应有人到场', attend: '应有结果', ambulanceStep: '救护车应到',
    NEIGHBOUR: '邻里', CONTACT: '紧急联系人', KEYHOLDER: '钥匙保管人', DUTY_DESK: '社区值班台', GRID_WORKER: '网格员', BUILDING_HEAD: '楼栋长、单元长',
    COMMUNITY_DUTY: '社区值班（语音）', TOWNSHIP_DUTY: '街道、乡镇值班', EMERGENCY_TEAM: '应急队',
  },
  en: {
    title: 'Board of rings',
    clock: "Server's time",
    token: 'Access token',
    tokenLabel: 'Access token (bearer)',
    tokenNote: 'Kept in this tab only and forgotten when it closes; sent to this server as the Authorization header, and nowhere else.',
    language: 'Language',
    rings: 'Open rings',
    area: 'Only of the area {area}',
    state: 'State',
    door: 'Where',
    since: 'Since',
    people: 'Called / coming / there',
    next: 'Next (countdown)',
    count: 'Open rings: {count}',
    none: 'There is no open ring now.',
    more: '{count} more rings are not listed; their deadlines are later.',
    gone: 'The connection is gone: since {at} this board stands still. It is trying again. In an emergency use the telephone.',
    asking: 'Connecting …',
    unauthorized: 'The server asks for an access token: fill it in at the top right.',
    refused: 'The server refuses: {message}',
    unknown: '(place not known)',
    drill: 'drill',
    mass: 'mass event',
    ambulance: '120 called',
    minutes: 'about {minutes} min',
    late: '{time} late',
    in: 'in {time}',
    nothing: '—',
    OPEN: 'Nobody has said yes', REOPENED: 'Reopened', ACKNOWLEDGED: 'Somebody is coming', ATTENDED: 'Somebody is there', CLOSED: 'Over',
    wave: 'Wave {n} of neighbours',
    repeat: 'Duty is reminded again', arrival: 'Somebody should be there', attend: 'Should be closed', ambulanceStep: 'The ambulance should be there',
    NEIGHBOUR: 'Neighbours', CONTACT: 'Contacts', KEYHOLDER: 'Key holders', DUTY_DESK: 'Duty desk', GRID_WORKER: 'Grid worker', BUILDING_HEAD: 'Head of the building',
    COMMUNITY_DUTY: 'Community duty, by voice', TOWNSHIP_DUTY: 'Township duty', EMERGENCY_TEAM: 'Emergency team',
  },
};

const key = 'lintu.lang';

/** The language: of the address, else the one chosen before, else the browser's, else Chinese. */
export function firstLanguage() {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(key) ?? navigator.language.slice(0, 2);
  return asked in texts ? asked : 'zh';
}

let language = firstLanguage();

export const lang = () => language;

/** A text of the table, with its places filled in. */
export function say(name, values = {}) {
  return texts[language][name].replace(/\{(\w+)\}/g, (_, place) => values[place]);
}

/** Puts the page into a language, and keeps it. */
export function speak(chosen) {
  language = chosen;
  localStorage.setItem(key, chosen);
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en';
  document.title = `${say('title')} · 邻图 Lintu`;
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = say(node.dataset.text);
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', say(node.dataset.label));
  for (const node of document.querySelectorAll('button[data-lang]')) node.setAttribute('aria-pressed', String(node.dataset.lang === chosen));
}

/** The name of a step: wave-2, GRID_WORKER, repeat-3. */
export function stepName(step) {
  const [name, number] = step.split('-');
  if (name === 'wave') return say('wave', { n: number });
  if (name === 'ambulance') return say('ambulanceStep');
  return name in texts[language] ? say(name) : step;
}
