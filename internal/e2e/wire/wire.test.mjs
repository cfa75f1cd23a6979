// A running server beside the tools that others hold servers to: the audits of graphql-http, and the clients graphql-ws,
// graphql-sse and graphql-http. Usage: node wire.test.mjs BASE_URL
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient as httpClient, serverAudits } from 'graphql-http';
import { createClient as eventClient } from 'graphql-sse';
import { createClient as socketClient } from 'graphql-ws';
import WebSocket from 'ws';

const base = process.argv[2];
if (!base) throw new Error('usage: node wire.test.mjs BASE_URL, such as http://127.0.0.1:8080');
const url = `${base}/graphql`;

const counting = { query: '{ people { totalCount } }' };

// What a client hands out for one operation: its results, in order.
async function results(client, operation) {
  const got = [];
  await new Promise((resolve, reject) => {
    client.subscribe(operation, { next: (r) => got.push(r), error: reject, complete: resolve });
  });
  return got;
}

test('every audit of graphql-http is ok, without a warning or a notice', async () => {
  const audits = serverAudits({ url, fetchFn: fetch });
  assert.equal(audits.length, 61);
  const complaints = [];
  for (const audit of audits) {
    const { status, reason } = await audit.fn();
    if (status !== 'ok') complaints.push(`${status} ${audit.id} ${audit.name}: ${reason}`);
  }
  assert.deepEqual(complaints, []);
});

test('graphql-http asks', async () => {
  const [answer] = await results(httpClient({ url }), counting);
  assert.ok(answer.data.people.totalCount > 0);
});

for (const lazy of [true, false]) {
  test(`graphql-ws asks many things over one ${lazy ? 'lazy ' : ''}socket`, async () => {
    const client = socketClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, lazy, retryAttempts: 0 });
    const all = await Promise.all(Array.from({ length: 15 }, () => results(client, counting)));
    for (const [answer] of all) assert.ok(answer.data.people.totalCount > 0);
    const refused = await results(client, { query: '{ nothing }' }).then(() => null, (errors) => errors);
    assert.equal(refused[0].extensions.code, 'BAD_USER_INPUT');
    await client.dispose();
  });
}

test('graphql-sse asks, each over a stream of its own', async () => {
  const client = eventClient({ url, retryAttempts: 0 });
  const [answer] = await results(client, counting);
  assert.ok(answer.data.people.totalCount > 0);
  const [refused] = await results(client, { query: '{ nothing }' });
  assert.equal(refused.errors[0].extensions.code, 'BAD_USER_INPUT');
  client.dispose();
});

test('a document is left with the server and named by its hash', async () => {
  const text = `{ people(first: 1) { totalCount } } # ${Math.random()}`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const sha256Hash = Buffer.from(digest).toString('hex');
  const ask = async (body) => (await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...body, extensions: { persistedQuery: { version: 1, sha256Hash } } }) })).json();
  assert.equal((await ask({})).errors[0].extensions.code, 'PERSISTED_QUERY_NOT_FOUND');
  assert.ok((await ask({ query: text })).data.people.totalCount > 0);
  assert.ok((await ask({})).data.people.totalCount > 0);
});
