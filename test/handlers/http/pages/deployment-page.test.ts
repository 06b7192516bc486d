import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deployment } from '../../../../src/entities/deployment.ts';
import { createToken } from '../../../../src/usecases/people/api-tokens.ts';
import { sessionOf } from '../../../../src/usecases/people/browser-session.ts';
import { applyRetention } from '../../../../src/usecases/retention/apply-retention.ts';
import { executeSql } from '../../../../src/database/database.ts';
import { makeDeployment } from '../../../support/factories.ts';
import { commit, makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
let deployment: Deployment;
let cookie: string;
beforeAll(async () => {
  stage = await makePageStage();
  deployment = await stage.deploy({ status: 'success' });
  await stage.write(deployment, ['first', '<img src=x onerror=alert(1)>', '\u001B[32mgreen\u001B[0m 100% sure_thing']);
  cookie = `shipmate=${sessionOf(stage.deps, stage.ada.user)}`;
});
afterAll(() => stage.close());

async function get(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(stage.url + path, { headers: { accept: 'text/html', ...headers }, redirect: 'manual' });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const pageOf = ({ id }: Deployment) => `/deployments/${id}`;

describe('who sees a deployment', () => {
  it('is shown to whoever holds the link from chat, with its log', async () => {
    const { status, text } = await get(stage.link(deployment));
    expect(status).toBe(200);
    expect(text).toContain('Show the cart’s total');
    expect(text).toContain('first');
    expect((await get(stage.link(deployment).replace('?', '/log?'))).text).toContain('first');
  });

  it('is not shown by a link that was changed, has expired or is of another deployment', async () => {
    const other = await stage.deploy();
    const old = await stage.deploy({ startedAt: new Date(Date.now() - 8 * 86_400_000) });
    const query = stage.link(deployment).split('?')[1];
    for (const path of [`${stage.link(deployment)}x`, stage.link(old), `${pageOf(other)}?${query}`]) {
      for (const under of ['', '/log', '/lines', '/events']) {
        const { status, text } = await get(path.replace('?', `${under}?`));
        expect(status).toBe(401);
        expect(text).toContain('expired or was changed');
        expect(text).toContain('<code>open</code>');
        expect(text).not.toContain('shop/api');
      }
    }
  });

  it('is shown to those who see its application, by session or token', async () => {
    const token = await createToken(stage.deps, { user: stage.ada.user, name: 'page', origin: stage.ada.origin });
    expect((await get(pageOf(deployment), { cookie })).status).toBe(200);
    expect((await get(pageOf(deployment), { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await get(pageOf(deployment), { authorization: 'Bearer shp_wrong' })).status).toBe(401);
  });

  it('is the same page whether there is none or the person does not see it', async () => {
    const hidden = await makeDeployment(stage.deps.database);
    const [one, other] = await Promise.all([
      get(pageOf(hidden), { cookie }),
      get('/deployments/00000000-0000-4000-8000-000000000000', { cookie }),
    ]);
    expect(one.status).toBe(404);
    expect(other).toMatchObject({ status: 404, text: one.text });
    expect((await get(pageOf(hidden))).text).toBe(
      (await get('/deployments/nonsense')).text
        .replaceAll('/deployments/nonsense', pageOf(hidden))
        .replaceAll('%2Fdeployments%2Fnonsense', encodeURIComponent(pageOf(hidden))),
    );
  });

  it('answers programs with problem details', async () => {
    const { headers, status } = await get(pageOf(deployment), { accept: 'application/json' });
    expect(status).toBe(401);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('a page', () => {
  it('lets nothing in that is not ours, and escapes what others wrote', async () => {
    const hostile = await stage.deploy({
      status: 'failed',
      metadata: {
        ...commit,
        commit_title: '</title><script>alert(1)</script>',
        error: '"><b>`x`',
        requested_by: '<i>',
      },
    });
    const { headers, text } = await get(stage.link(hostile));
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(text).not.toMatch(/<script>|<b>|<i>/);
    const page = await get(stage.link(deployment));
    expect(page.text).toContain('&lt;img src=x');
    expect(page.text).toContain('green 100% sure_thing');
    expect(page.text).not.toMatch(/style=|<style|onclick/);
  });

  it('names its assets so that browsers may keep them', async () => {
    const { text } = await get(stage.link(deployment));
    for (const [, path = ''] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
      const asset = await fetch(stage.url + path);
      expect(asset.status).toBe(200);
      expect(asset.headers.get('cache-control')).toContain('immutable');
    }
  });

  it('tells commit, changes since the version before, and how long each step took', async () => {
    const earlier = new Date(Date.now() - 3_600_000);
    await stage.deploy({ status: 'success', commitSha: 'a'.repeat(40), startedAt: earlier });
    const durations = { queue: 0.2, clone: 1.2, build: 22, roll_out: 17 };
    const later = await stage.deploy({
      status: 'success',
      commitSha: 'b'.repeat(40),
      metadata: { ...commit, durations, duration_seconds: 41 },
    });
    const { text } = await get(stage.link(later));
    expect(text).toContain(`https://github.com/acme/api/commit/${'b'.repeat(40)}`);
    expect(text).toMatch(/https:\/\/github.com\/acme\/api\/compare\/\w{40}\.\.\.b{40}/);
    for (const took of ['1.2 s', '22 s', '17 s']) expect(text).toContain(`<span class="took">${took}`);
  });
});

describe('what is no longer live', () => {
  it('says so, and does not lead to what another version answers', async () => {
    const hour = (ago: number) => ({ startedAt: new Date(Date.now() - ago * 3_600_000) });
    const older = await stage.deploy({ status: 'success', ...hour(2) });
    const live = await stage.deploy({ status: 'success', startedAt: new Date(Date.now() + 1_000) });
    const visit = 'href="http://api.shop.localhost:8088"';
    const shown = await get(pageOf(older), { cookie });
    expect(shown.text).toContain('A newer version is live.');
    expect(shown.text).not.toContain(visit);
    const current = await get(pageOf(live), { cookie });
    expect(current.text).toContain(visit);
    expect(current.text).not.toContain('A newer version is live.');
  });

  it('leads whoever is signed in to the application, and the holder of a link nowhere', async () => {
    const path = `<a href="/applications/${deployment.application.id}">shop/api</a>`;
    expect((await get(pageOf(deployment), { cookie })).text).toContain(path);
    expect((await get(stage.link(deployment))).text).not.toContain('/applications/');
  });
});

describe('the log', () => {
  it('is searched in all lines, as it is written', async () => {
    const long = await stage.deploy();
    await stage.write(
      long,
      Array.from({ length: 2_000 }, (_, at) => (at === 3 ? 'the Needle_is %here' : `hay ${at}`)),
    );
    const search = async (text: string) => (await get(`${stage.link(long)}&q=${encodeURIComponent(text)}`)).text;
    expect(await search('needle_is %')).toMatch(/<strong>1<\/strong> of 2,000 lines[^]*<mark>Needle_is %<\/mark>/);
    expect(await search('needle_is_')).toContain('No matching lines.');
    expect(await search('hay')).toMatch(/<strong>1,999<\/strong>[^]*Older lines/);
    expect(await search('<b>')).not.toContain('<b>');
  });

  it('is paged in both directions', async () => {
    const long = await stage.deploy();
    await stage.write(
      long,
      Array.from({ length: 1_200 }, (_, at) => `row ${at};`),
    );
    const rows = async (path: string) =>
      [...(await get(path)).text.matchAll(/row (\d+);/g)].map(([, row]) => Number(row));
    const newest = await get(stage.link(long));
    expect(await rows(stage.link(long))).toEqual(Array.from({ length: 500 }, (_, at) => at + 700));
    const older = /href="([^"]+)#log">Older/.exec(newest.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(await rows(older)).toEqual(Array.from({ length: 500 }, (_, at) => at + 200));
    const first = /data-first="(\d+)"/.exec(newest.text)?.[1] ?? '';
    const around = await rows(`${stage.link(long)}&at=${first}`);
    expect(around.slice(0, 101)).toEqual(Array.from({ length: 101 }, (_, at) => at + 600));
    const after = (await fetch(stage.url + stage.link(long).replace('?', '/lines?') + `&after=${first}`)).json();
    expect(await after).toMatchObject({ count: 499, more: false });
  });

  it('opens at the failure when it failed, and at its end otherwise', async () => {
    const failed = await stage.deploy({ status: 'failed' });
    const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `row ${from + at};`);
    await stage.write(failed, rows(0, 300));
    await stage.write(failed, ['Error: boom'], 'error');
    await stage.write(failed, rows(300, 1_000));
    const { text } = await get(stage.link(failed));
    expect(text).toMatch(/class="line error named"[^]*?Error: boom/);
    const shown = [...text.matchAll(/row (\d+);/g)].map(([, row]) => Number(row));
    // Above the log are its last twelve lines.
    expect(shown.slice(12)).toEqual(Array.from({ length: 499 }, (_, at) => at + 200));
    const first = /data-first="(\d+)"/.exec(text)?.[1] ?? '';
    expect((await get(`${stage.link(failed)}&before=${first}`)).text).not.toContain('Error: boom');
    expect((await get(stage.link(deployment))).text).not.toContain(' named"');
  });

  it('is downloaded whole', async () => {
    const long = await stage.deploy();
    const lines = Array.from({ length: 12_000 }, (_, at) => `line ${at}`);
    await stage.write(long, lines);
    const { headers, text } = await get(`${pageOf(long)}/log`, { cookie });
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('content-disposition')).toContain(`shop-api-${long.id.slice(0, 8)}.log`);
    expect(text).toBe(`${lines.join('\n')}\n`);
  });

  it('comes from the text that stays when the rows are gone', async () => {
    const old = await stage.deploy({ status: 'building' });
    await stage.write(old, ['kept one', 'kept two']);
    await stage.change(old, { status: 'success', finished: true });
    await executeSql(stage.deps.database.asSystem(), 'delete from deployment_logs where deployment_id = $1', [old.id]);
    expect((await get(`${pageOf(old)}/log`, { cookie })).text).toBe('kept one\nkept two\n');
    expect((await get(pageOf(old), { cookie })).text).toContain('kept two');
    expect((await get(`${pageOf(old)}?q=TWO`, { cookie })).text).toContain('<strong>1</strong> of 2 lines');
    expect((await get(`${pageOf(old)}/lines?before=2`, { cookie })).text).toContain('kept one');
  });

  it('comes from the archive when the text is gone too, or says where it is', async () => {
    const [old, lost] = [await stage.deploy(), await stage.deploy()];
    const sql = `update deployments set status = 'success', logs = $2, completed_at = now() - interval '1 year' where id = $1`;
    const system = () => stage.deps.database.asSystem();
    await executeSql(system(), sql, [old.id, 'archived one\narchived two']);
    await applyRetention(stage.deps, { dryRun: false, signal: new AbortController().signal });
    expect((await get(`${pageOf(old)}/log`, { cookie })).text).toBe('archived one\narchived two\n');
    expect((await get(`${pageOf(old)}?q=TWO`, { cookie })).text).toContain('<strong>1</strong> of 2 lines');
    await executeSql(
      system(),
      `update deployments set status = 'success', metadata = '{"archive":"gone"}' where id = $1`,
      [lost.id],
    );
    expect((await get(`${pageOf(lost)}/log`, { cookie })).text).toContain('is in the archive, memory, as gone.');
  });
});
