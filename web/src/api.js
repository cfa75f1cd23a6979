// The one way to the server: POST /graphql on the host that served this page.

/** A text that lives in sessionStorage only: it ends with the tab. */
const kept = (key) => ({
  get: () => sessionStorage.getItem(key) ?? '',
  set(value) {
    const trimmed = value.trim();
    if (trimmed) sessionStorage.setItem(key, trimmed);
    else sessionStorage.removeItem(key);
  },
});

/** The key or token that says who asks, and why personal detail is looked at. */
export const token = kept('lintu.token');
export const purpose = kept('lintu.purpose');
export const reason = kept('lintu.reason');

/** The headers that say who asks and why. */
export function whoAndWhy(stated = { purpose: purpose.get(), reason: reason.get() }) {
  const headers = {};
  if (token.get()) headers.Authorization = `Bearer ${token.get()}`;
  if (stated.purpose) headers['X-Lintu-Purpose'] = stated.purpose;
  if (stated.purpose && stated.reason) headers['X-Lintu-Reason'] = encodeURIComponent(stated.reason);
  return headers;
}

/** The server answered 401 to the request as a whole. */
export class Unauthorized extends Error {}

/** Sends one operation and returns the GraphQL answer; throws when there is none. */
export async function ask({ query, variables, operationName }, stated) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json, application/json', ...whoAndWhy(stated) };
  const response = await fetch('graphql', {
    method: 'POST',
    headers,
    credentials: 'same-origin',
    body: JSON.stringify({ query, variables, operationName }),
  });
  const type = response.headers.get('Content-Type') ?? '';
  const answer = type.includes('json') ? await response.json() : null;
  if (response.status === 401) {
    throw new Unauthorized(answer?.errors?.[0]?.message ?? `HTTP ${response.status}`);
  }
  if (!answer) throw new Error(`HTTP ${response.status}`);
  return answer;
}
