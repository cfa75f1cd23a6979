// One subscription by server-sent events. fetch, not EventSource: it sends the token and says what was refused.
import { Unauthorized, whoAndWhy } from './api.js';

/** The server says every 15 s that it lives; after so long without a byte the connection counts as gone. */
const patience = 35_000;

/** The server answered the subscription itself with an error. */
export class Refused extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.extensions?.code;
    this.argument = error.extensions?.argument;
  }
}

/** Runs a subscription until it ends or the connection is gone, and says so by throwing; it returns at the server's "complete". */
export async function subscribe({ query, variables, operationName }, stated, { opened, next }) {
  const control = new AbortController();
  let alarm = setTimeout(() => control.abort(), patience);
  const heard = () => {
    clearTimeout(alarm);
    alarm = setTimeout(() => control.abort(), patience);
  };
  try {
    const headers = { 'Content-Type': 'application/json', Accept: 'text/event-stream', ...whoAndWhy(stated) };
    const response = await fetch('graphql', {
      method: 'POST', headers, credentials: 'same-origin', cache: 'no-store', signal: control.signal, body: JSON.stringify({ query, variables, operationName }),
    });
    if (response.status === 401) throw new Unauthorized(`HTTP ${response.status}`);
    if (!response.ok || !response.headers.get('Content-Type')?.startsWith('text/event-stream')) throw new Error(`HTTP ${response.status}`);
    let rest = '';
    for await (const text of texts(response.body)) {
      heard();
      if (rest === '' && text.startsWith(':')) opened();
      rest += text;
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const kind = take(rest.slice(0, end), next);
        rest = rest.slice(end + 2);
        if (kind === 'complete') return;
      }
    }
    throw new Error('the stream broke off');
  } finally {
    clearTimeout(alarm);
    control.abort();
  }
}

async function* texts(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** One event of the stream; a comment only says that the server lives. */
function take(block, next) {
  let kind = '';
  const data = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) kind = line.slice(6).trim();
    if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
  }
  if (kind === 'next') {
    const answer = JSON.parse(data.join('\n'));
    if (answer.errors?.length) throw new Refused(answer.errors[0]);
    next(answer.data);
  }
  return kind;
}
