import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChromium } from '../../../../scripts/support/chromium.ts';
import { executeSql } from '../../../../src/database/database.ts';
import type { Deployment } from '../../../../src/entities/deployment.ts';
import { commands } from '../../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../../src/handlers/dispatch.ts';
import { createHttp } from '../../../../src/handlers/http/http.ts';
import { sessionOf } from '../../../../src/usecases/people/browser-session.ts';
import { makeApplication, makeDeployment } from '../../../support/factories.ts';
import { routesOf } from '../../../support/routes-of.ts';
import { readState, renderState, type StateSource } from '../../../../src/handlers/http/pages/state.ts';
import { printingSwarm } from '../../../support/printing-swarm.ts';
import { makePageStage, type PageStage } from './stage.ts';

/** Breaks out of text, of attributes, of a title, of a script and of a template; and what terminals obey. */
const hostile = [
  '</title></textarea></script><script>window.hacked=1</script>',
  '"><img src=x onerror=window.hacked=1>',
  `' onmouseover='window.hacked=1' autofocus onfocus="window.hacked=1" x="`,
  '`<svg onload=window.hacked=1>` javascript:window.hacked=1 <%= 1 %> ${1} &lt;b&gt;',
  '\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007\u001B]0;title\u0007\u001B[2J\u001B[1A\u009B31m\u202Egnp.exe\u202C',
].join(' ');

/** What terminals obey, but for tabs and ends of lines. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

const ownPolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const strictest = "default-src 'none'; frame-ancestors 'none'";

let stage: PageStage;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let deployments: Deployment[];
let cookie: string;
const complaints: string[] = [];
beforeAll(async () => {
  stage = await makePageStage();
  deployments = await fill(stage);
  cookie = `shipmate=${sessionOf(stage.deps, stage.ada.user)}`;
  browser = await openChromium();
  const [name = '', value = ''] = cookie.split('=');
  context = await browser.newContext({ baseURL: stage.url });
  await context.addCookies([{ name, value, url: stage.url }]);
  context.on('console', (message) => {
    // The status of a refusal is told as an error too.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('dialog', (dialog) => void complaints.push(dialog.message()));
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await stage.close();
});

/** Hostile text wherever a row takes text that others wrote. */
async function fill({ deps, ada, write }: PageStage): Promise<Deployment[]> {
  const em = deps.database.asSystem();
  await executeSql(em, 'update projects set description = $1', [hostile]);
  await executeSql(em, `update users set preferences = '{"sso":"x"}' where id = $1`, [ada.user.id]);
  const [{ id: project } = { id: '' }] = (await executeSql<{ id: string }>(em, 'select id from projects limit 1')).rows;
  const application = await makeApplication(deps.database, { project: { id: project } as never });
  await executeSql(em, 'update applications set name = left($1, 250), source_config = $2 where id = $3', [
    hostile,
    JSON.stringify({ clone_url: `https://github.com/a/b.git${hostile}`, image: hostile, branch: hostile }),
    application.id,
  ]);
  const metadata = {
    ref: hostile,
    commit_title: hostile.slice(0, 400),
    commit_author: hostile,
    requested_by: hostile,
    error: hostile,
    image: hostile,
    cancel_requested_by: hostile,
    promoted_from: { deployment: 'x', application: hostile },
  };
  const made: Deployment[] = [];
  for (const status of ['pending', 'building', 'success', 'failed', 'rolled_back'] as const) {
    const deployment = await makeDeployment(deps.database, { application, status, metadata });
    await write(deployment, [hostile, `${hostile} again`], 'error');
    made.push(deployment);
  }
  const { print, run, swarm } = printingSwarm();
  Object.assign(deps, { swarm });
  print(run(application), hostile);
  return made;
}

const application = () => deployments[0]?.application.id ?? '';
const newest = () => deployments.at(-1)?.id ?? '';
const query = () => stage.link(deployments.at(-1) as Deployment).split('?')[1] ?? '';
const asText = encodeURIComponent(hostile);

/** What is asked for of every route: whatever has no address here fails the first test. */
const addresses: Record<string, () => string[]> = {
  'GET /': () => ['/', `/?${asText}`],
  'GET /.well-known/acme-challenge/:token': () => [`/.well-known/acme-challenge/${asText}`],
  'GET /api/applications/:id/log': () => [`/api/applications/${application()}/log`, `/api/applications/${asText}/log`],
  'GET /api/completions': () => ['/api/completions?line=status%20', `/api/completions?line=${asText}`],
  'GET /api/deployments': () => ['/api/deployments', `/api/deployments?${asText}`],
  'GET /api/deployments/:id': () => [`/api/deployments/${newest()}`],
  'GET /api/deployments/:id/message': () => [`/api/deployments/${newest()}/message`],
  'GET /api/openapi.json': () => ['/api/openapi.json'],
  'GET /api/runs/:run': () => [`/api/runs/${asText}`],
  'GET /applications/:id': () => [`/applications/${application()}`, `/applications/${asText}`],
  'GET /applications/:id/log': () => [
    `/applications/${application()}/log`,
    `/applications/${application()}/log?service=${asText}`,
    `/applications/${asText}/log`,
  ],
  'GET /applications/:id/log/events': () => [`/applications/${application()}/log/events`],
  'GET /assets/:file': () => ['/assets/page.js', `/assets/${asText}`],
  'GET /deployments/:id': () => [
    ...deployments.map(({ id }) => `/deployments/${id}`),
    ...deployments.map((deployment) => stage.link(deployment)),
    `/deployments/${newest()}?q=${asText}`,
    `/deployments/${newest()}?q=again&before=999999`,
    `/deployments/${asText}`,
  ],
  'GET /deployments/:id/events': () => [`/deployments/${newest()}/events`],
  'GET /deployments/:id/lines': () => [`/deployments/${newest()}/lines`],
  'GET /deployments/:id/log': () => [`/deployments/${newest()}/log`, `/deployments/${newest()}/log?${query()}`],
  'GET /healthz': () => ['/healthz'],
  'GET /host-apps/created': () => [`/host-apps/created?code=${asText}&state=${asText}`],
  'GET /host-apps/new': () => [`/host-apps/new?state=${asText}`],
  'GET /mcp': () => ['/mcp'],
  'GET /metrics': () => ['/metrics'],
  'GET /readyz': () => ['/readyz'],
  'GET /runs/:run': () => [`/runs/${asText}`],
  'GET /runs/:run/events': () => [`/runs/${asText}/events`],
  'GET /sign-in': () => ['/sign-in', `/sign-in?to=${asText}`, `/sign-in?code=${asText}&to=${asText}`],
};

function get(path: string): Promise<Response> {
  return fetch(stage.url + path, { headers: { accept: 'text/html', cookie }, redirect: 'manual' });
}

/** What a page holds that its views did not put there. */
const intruders = `(() => {
  const found = [];
  if (window.hacked !== undefined) found.push('a script ran');
  for (const one of document.querySelectorAll('*')) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith('on')) found.push(name + ' of ' + one.localName);
      if (['href', 'src', 'action', 'formaction'].includes(name) && !/^(https?:|[/#?])/.test(value)) found.push(name + '=' + value);
    }
    if (['iframe', 'object', 'embed', 'base', 'svg', 'textarea'].includes(one.localName)) found.push(one.localName);
    if (one.localName === 'script' && !(one.getAttribute('src') ?? '').startsWith('/assets/')) found.push('script');
    if (one.localName === 'img' && !(one.getAttribute('src') ?? '').startsWith('/assets/')) found.push('img');
    if (one.localName === 'meta' && one.httpEquiv) found.push('meta');
  }
  const text = document.title + document.documentElement.textContent;
  const controls = text.match(/[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]/g);
  if (controls) found.push('controls ' + escape(controls.join('')));
  return found;
})()`;

describe('rows that mean harm', () => {
  it('are tried on every route', () => {
    const { deps } = stage;
    const routes = routesOf(createHttp(deps, async () => createDispatcher(deps, commands))).filter((one) =>
      one.startsWith('GET '),
    );
    expect(Object.keys(addresses).toSorted()).toEqual(routes);
  });

  it('would be seen to run, and are on the pages', async () => {
    await page.goto('about:blank');
    await page.setContent(`<p title="${hostile}">${hostile}</p>`);
    expect(await page.evaluate(intruders)).toEqual(
      expect.arrayContaining(['a script ran', 'script', 'img', expect.stringMatching(/^controls %1B/)]),
    );
    complaints.length = 0;
    const log = `/applications/${application()}/log`;
    for (const path of [
      '/',
      `/applications/${application()}`,
      `/deployments/${newest()}`,
      stage.link(deployments.at(-1) as Deployment),
      log,
    ]) {
      expect(await (await get(path)).text()).toContain('&lt;script&gt;window.hacked=1');
    }
  });

  it('make no terminal obey them that shows the downloaded log', async () => {
    const text = await (await get(`/deployments/${newest()}/log`)).text();
    expect(text).toContain('<script>window.hacked=1');
    expect(text).not.toMatch(controls);
  });

  it.each(Object.keys(addresses))('run nothing at %s, and its policy lets nothing run', async (route) => {
    for (const path of addresses[route]?.() ?? []) {
      const { headers, body } = await get(path);
      await body?.cancel();
      const isPage = headers.get('content-type')?.startsWith('text/html') === true;
      expect({
        path,
        policy: headers.get('content-security-policy'),
        sniffing: headers.get('x-content-type-options'),
        framing: headers.get('x-frame-options'),
      }).toEqual({ path, policy: isPage ? ownPolicy : strictest, sniffing: 'nosniff', framing: 'DENY' });
      if (!isPage) continue;
      await page.goto(path, { waitUntil: 'load' });
      expect({ path, found: await page.evaluate(intruders) }).toEqual({ path, found: [] });
    }
    expect(complaints.splice(0)).toEqual([]);
  });

  it.each([hostile, `deploy ${hostile}`, 'cancel'])(
    'run nothing where an action is refused or asked about: %#',
    async (line) => {
      for (const path of [`/deployments/${newest()}`, `/applications/${application()}`]) {
        const answer = await fetch(stage.url + path, {
          method: 'POST',
          body: new URLSearchParams({ line, ask: 'true', [`field.${hostile}`]: hostile }),
          headers: { accept: 'text/html', cookie, origin: stage.url },
          redirect: 'manual',
        });
        expect(answer.headers.get('content-security-policy')).toBe(ownPolicy);
        // Without the policy: what would run is seen to run.
        await page.goto('about:blank');
        await page.setContent(await answer.text());
        expect(await page.evaluate(intruders)).toEqual([]);
      }
      complaints.length = 0;
    },
  );

  it('run nothing in the lines and the state that a page’s script puts in', async () => {
    const response = await get(`/deployments/${newest()}/lines`);
    const { html } = (await response.json()) as { html: string };
    await page.goto('about:blank');
    await page.setContent(html);
    expect(await page.evaluate(intruders)).toEqual([]);
    expect(html).toContain('&lt;script&gt;window.hacked=1');
  });

  it('have no controls in the title and the words that a page’s script puts in', async () => {
    for (const { id } of deployments) {
      const state = await readState(stage.deps, id);
      const { announcement, title } = renderState(
        { deployment: { id }, signedIn: true, access: {} },
        state as StateSource,
      );
      expect(title).toContain('window.hacked=1');
      expect(title + announcement).not.toMatch(controls);
    }
  });
});
