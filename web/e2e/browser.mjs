// A headless Chromium that may talk to this machine only, and remembers everything that went wrong in it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

function staysHere(address) {
  const url = new URL(address);
  if (url.protocol === 'data:' || url.protocol === 'blob:') return true;
  return ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

/** Starts Chromium with a new profile. Requests to another host are refused and listed in foreign, faults of pages in faults. */
export async function openBrowser(viewport) {
  const profile = await mkdtemp(path.join(tmpdir(), 'lintu-e2e-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: flags,
    viewport,
    reducedMotion: 'reduce',
    locale: 'zh-CN',
  });
  const foreign = [];
  const faults = [];
  await context.route('**/*', (route) => {
    const address = route.request().url();
    if (staysHere(address)) return route.continue();
    foreign.push(address);
    return route.abort();
  });
  await context.routeWebSocket('**/*', (socket) => {
    foreign.push(socket.url());
    socket.close();
  });
  context.on('page', (page) => watch(page, faults));
  const page = await context.newPage();
  return {
    page,
    context,
    foreign,
    faults,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Collects page errors, console errors, broken policies and failed loads of a page. */
function watch(page, faults) {
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()} ${reason}`); // aborted: the page was left
  });
  page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`);
    });
  });
}
