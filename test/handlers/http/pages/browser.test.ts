import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChromium } from '../../../../scripts/support/chromium.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { complaintsOf } from '../../../support/browser.ts';
import { makePerson, type Person } from '../../../support/person.ts';
import { printingSwarm } from '../../../support/printing-swarm.ts';
import { until } from '../../../support/until.ts';
import { fillApplication } from './application-rows.ts';
import { makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
beforeAll(async () => {
  stage = await makePageStage();
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await stage.close();
});
beforeEach(async () => {
  // What moves is drawn anew all the time.
  context = await browser.newContext({ baseURL: stage.url, reducedMotion: 'reduce' });
  complaints = complaintsOf(context);
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

async function signIn(person: Person): Promise<void> {
  await page.goto(await stage.signInLink(person));
  await page.getByRole('button', { name: `Sign in as ${person.user.username}` }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

const rows = (from: number, count: number) => Array.from({ length: count }, (_, at) => `row ${from + at}`);
const shown = () => page.locator('.line .text').allTextContents();
const shows = (text: string) => page.locator('.line .text').getByText(text, { exact: true }).waitFor();

/** Whether the log is scrolled to its end. */
function atEnd(): Promise<boolean> {
  return page.locator('.lines').evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 2);
}

function scrollTo(where: 'top' | 'end'): Promise<void> {
  return page
    .locator('.lines')
    .evaluate((box, to) => void (box.scrollTop = to === 'top' ? 0 : box.scrollHeight), where);
}

describe('the page of a running deployment', () => {
  it('joins in the middle, follows the log, and says how it ends', async () => {
    const deployment = await stage.deploy({ status: 'building' });
    await stage.write(deployment, rows(0, 60));
    await page.goto(stage.link(deployment));
    expect((await shown()).at(-1)).toBe('row 59');
    await page.getByText('live', { exact: true }).waitFor();
    await stage.write(deployment, rows(60, 40));
    await shows('row 99');
    expect(await shown()).toEqual(rows(0, 100));
    await until('the log is at its end', atEnd);
    await stage.change(deployment, { metadata: { progress: { phase: 'rolling_out', healthy: 1, desired: 2 } } });
    await page.getByText('rolling out (1/2 tasks healthy)').first().waitFor();
    await stage.change(deployment, { status: 'success', finished: true, metadata: { duration_seconds: 12 } });
    await page.getByRole('status').getByText('done in 12 s').waitFor({ state: 'attached' });
    expect(await page.title()).toMatch(/^success/);
    await page.getByText('live', { exact: true }).waitFor({ state: 'hidden' });
  });

  it('goes on after the server was restarted, without a gap or a repeat', async () => {
    const deployment = await stage.deploy({ status: 'building' });
    await stage.write(deployment, rows(0, 10));
    await page.goto(stage.link(deployment));
    await page.getByText('live', { exact: true }).waitFor();
    await stage.write(deployment, rows(10, 10));
    await shows('row 19');
    await stage.restart();
    await stage.write(deployment, rows(20, 10));
    await shows('row 29');
    expect(await shown()).toEqual(rows(0, 30));
    // The browser says that it lost the stream.
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('net::ERR_')));
  });

  it('lets somebody read further up while lines come', async () => {
    const deployment = await stage.deploy({ status: 'building' });
    await stage.write(deployment, rows(0, 200));
    await page.goto(stage.link(deployment));
    await page.getByText('live', { exact: true }).waitFor();
    await scrollTo('top');
    const newest = page.getByRole('link', { name: 'Newest lines' });
    await newest.waitFor();
    await stage.write(deployment, rows(200, 50));
    await shows('row 249');
    expect(await page.locator('.lines').evaluate((box) => box.scrollTop)).toBe(0);
    await newest.click();
    await until('the log is at its end', atEnd);
  });
});

describe('the page of a running log', () => {
  it('shows what is printed, and goes on after a restart without a gap or a repeat', async () => {
    const { print, run, swarm } = printingSwarm();
    Object.assign(stage.deps, { swarm });
    const { application } = await stage.deploy();
    const service = run(application);
    await signIn(stage.ada);
    print(service, 'first');
    await page.goto(`/applications/${application.id}/log`);
    await page.getByText('live', { exact: true }).waitFor();
    await shows('first');
    print(service, 'second');
    await shows('second');
    await stage.restart();
    print(service, 'third');
    await shows('third');
    expect(await shown()).toEqual(['first', 'second', 'third']);
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('net::ERR_')));
  });
});

describe('the page of an application', () => {
  it('follows its log, and runs a button by the keyboard alone once it has asked', async () => {
    const { application, print } = await fillApplication(stage, 1);
    await signIn(stage.ada);
    await page.goto(`/applications/${application.id}`);
    await page.getByText('live', { exact: true }).waitFor();
    print('one', 'two');
    await shows('two');
    const remove = page.getByRole('button', { name: 'Remove PLAIN_0' });
    await remove.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Remove PLAIN_0 from shop/api?' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.dataset.key')).toBe('env unset shop/api PLAIN_0');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Removed PLAIN_0.').waitFor();
    expect(await remove.count()).toBe(0);
    await page.reload();
    expect(await page.getByText('Removed PLAIN_0.').count()).toBe(0);
  });
});

describe('actions', () => {
  it('ask first where a press cannot be taken back, and run as the person', async () => {
    const deployment = await stage.deploy();
    await signIn(stage.ada);
    await page.goto(`/deployments/${deployment.id}`);
    const press = page.getByRole('main').getByRole('button', { name: 'Cancel' });
    const dialog = page.getByRole('dialog', { name: 'Cancel the deployment of shop/api?' });
    await press.click();
    await dialog.getByRole('button', { name: 'Back' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await press.click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('status').getByText('Cancelling deployment').waitFor();
    await page.getByText(`Cancelled by ${stage.ada.user.username} (http).`).first().waitFor();
    await page.reload();
    expect(await page.getByText('Cancelling deployment').count()).toBe(0);
  });

  it('lead whoever holds only the link to signing in', async () => {
    const deployment = await stage.deploy();
    await page.goto(stage.link(deployment));
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const { status } = await stage.deps.database.asSystem().findOneOrFail(Deployment, deployment.id);
    expect(status).toBe('pending');
  });

  it('are refused to a viewer in words', async () => {
    const viewer = await makePerson(stage.deps, 'viewer');
    const deployment = await stage.deploy();
    await stage.share(viewer, 'viewer');
    await signIn(viewer);
    await page.goto(`/deployments/${deployment.id}`);
    await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').getByText('needs the role developer').waitFor();
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('403')));
  });
});

describe('a log of 100,000 lines', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await stage.deploy({ status: 'building' });
    await stage.write(deployment, rows(0, 100_000));
  });

  it('is searched to its first line, and each find leads to its place', async () => {
    await page.goto(stage.link(deployment));
    await page.getByRole('searchbox').fill('ROW 77');
    await page.getByRole('searchbox').press('Enter');
    await page.getByText('1,111 of 100,000 lines contain').waitFor();
    await page.getByRole('searchbox').fill('row 1234');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('11 of 100,000 lines contain').waitFor();
    await page.locator('.line .at').first().click();
    await page.locator('.line.named').getByText('row 1234', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Newest lines' }).click();
    await shows('row 99999');
  });
  it('shows its end at once, is read to its beginning, and keeps few lines in the page', async () => {
    await page.goto(stage.link(deployment));
    expect((await shown()).at(-1)).toBe('row 99999');
    await page.getByText('live', { exact: true }).waitFor();
    const first = async () => Number((await page.locator('.line .text').first().textContent())?.slice(4));
    while ((await first()) > 94_000) {
      const before = await first();
      await scrollTo('top');
      await until('older lines', async () => (await first()) < before);
    }
    const lines = (await shown()).map((text) => Number(text.slice(4)));
    expect(lines.length).toBeLessThanOrEqual(4_500);
    expect(lines).toEqual(Array.from({ length: lines.length }, (_, at) => (lines[0] ?? 0) + at));
    // What was let go at the end comes again, with what was written meanwhile.
    await stage.write(deployment, ['row 100000']);
    while (!(await shown()).includes('row 100000')) {
      const before = (await shown()).at(-1);
      await scrollTo('end');
      await until('newer lines', async () => (await shown()).at(-1) !== before);
    }
    const again = (await shown()).map((text) => Number(text.slice(4)));
    expect(again).toEqual(Array.from({ length: again.length }, (_, at) => (again[0] ?? 0) + at));
    await stage.write(deployment, ['row 100001']);
    await shows('row 100001');
  });
});

describe('without script', () => {
  it('a page is read, paged and searched, and its buttons work', async () => {
    const plain = await browser.newContext({ baseURL: stage.url, javaScriptEnabled: false });
    page = await plain.newPage();
    await signIn(stage.ada);
    const deployment = await stage.deploy();
    await stage.write(deployment, rows(0, 700));
    await page.goto(`/deployments/${deployment.id}`);
    await page.getByRole('link', { name: 'Older lines' }).click();
    await shows('row 0');
    await page.getByRole('searchbox').fill('row 42');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('11 of 700 lines contain').waitFor();
    await page.getByRole('link', { name: 'Back to the whole log' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancel the deployment of shop/api?').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('status').getByText('Cancelling deployment').waitFor();
    await plain.close();
  });
});
