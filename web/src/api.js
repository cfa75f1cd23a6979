// The one way to the server: POST /graphql on the host that served this page.

const tokenKey = 'lintu.token';

/** The bearer token lives in sessionStorage only: it ends with the tab. */
export const token = {
  get: () => sessionStorage.getItem(tokenKey) ?? '',
  set(value) {
    const trimmed = value.trim();
    if (trimmed) sessionStorage.setItem(tokenKey, trimmed);
    else sessionStorage.removeItem(tokenKey);
  },
};

/** The server answered 401 or 403 to the request as a whole. */
export class Unauthorized extends Error {}

/** Sends one operation and returns the GraphQL answer; throws when there is none. */
export async function ask({ query, variables, operationName }) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json, application/json' };
  if (token.get()) headers.Authorization = `Bearer ${token.get()}`;
  const response = await fetch('graphql', {
    method: 'POST',
    headers,
    credentials: 'same-origin',
    body: JSON.stringify({ query, variables, operationName }),
  });
  const type = response.headers.get('Content-Type') ?? '';
  const answer = type.includes('json') ? await response.json() : null;
  if (response.status === 401 || response.status === 403) {
    throw new Unauthorized(answer?.errors?.[0]?.message ?? `HTTP ${response.status}`);
  }
  if (!answer) throw new Error(`HTTP ${response.status}`);
  return answer;
}
