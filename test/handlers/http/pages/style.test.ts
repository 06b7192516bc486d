import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from '../../../../scripts/support/chromium.ts';
import { assets } from '../../../../src/handlers/http/pages/render.ts';
import { commit, makePageStage, type PageStage } from './stage.ts';

let stage: PageStage;
let browser: Browser;
beforeAll(async () => {
  stage = await makePageStage();
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await stage.close();
});

/** Signed in as Ada, on a telephone. */
async function openPage(): Promise<Page> {
  const page = await browser.newPage({ baseURL: stage.url, viewport: { width: 360, height: 800 } });
  await page.goto(await stage.signInLink(stage.ada));
  await page.getByRole('main').getByRole('button').click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return page;
}

/** Code that takes more lines than it needs. */
const brokenCode = `[...document.querySelectorAll('code')].filter((code) => {
  const range = document.createRange();
  range.selectNodeContents(code);
  const lines = () => new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  const taken = lines();
  code.style.maxWidth = 'none';
  code.style.whiteSpace = 'nowrap';
  const room = code.closest('p, dd, li, .name').getBoundingClientRect().width;
  const fits = code.getBoundingClientRect().width <= room;
  code.removeAttribute('style');
  return taken > 1 && fits;
}).map((code) => code.textContent)`;

it('has no rule that browsers drop', async () => {
  const css = assets['page.css'].content.toString();
  const page = await browser.newPage();
  await page.setContent(`<style>${css}</style>`);
  const kept = await page.evaluate<number>(`(() => {
    const count = (rules) => [...rules].reduce((sum, rule) => sum + 1 + count(rule.cssRules ?? []), 0);
    return count(document.styleSheets[0].cssRules);
  })()`);
  await page.close();
  expect(kept).toBe(css.split('{').length - 1);
});

it('marks each step, and what a search found stays in its line', async () => {
  const deployment = await stage.deploy({ status: 'success', metadata: { ...commit, durations: { build: 2 } } });
  await stage.write(deployment, ['before needle after']);
  const page = await openPage();
  await page.goto(`/deployments/${deployment.id}?q=needle`);
  const mark = page.locator('.step.done .mark').first();
  expect(await mark.boundingBox()).toMatchObject({ width: expect.closeTo(14.4, 1), height: expect.closeTo(14.4, 1) });
  const [line, found] = await Promise.all(
    ['.line .text', '.line mark'].map((selector) => page.locator(selector).boundingBox()),
  );
  if (!line || !found) throw new Error('nothing was found');
  expect(found.x).toBeGreaterThan(line.x + found.width / 2);
  expect(found.y).toBeGreaterThanOrEqual(line.y);
  expect(found.y + found.height).toBeLessThanOrEqual(line.y + line.height);
  await page.close();
});

it('breaks no command that has room on a line', async () => {
  const page = await openPage();
  for (const path of ['/', '/sign-in', '/deployments/nonsense']) {
    await page.goto(path);
    expect({ path, broken: await page.evaluate<string[]>(brokenCode) }).toEqual({ path, broken: [] });
  }
  await page.close();
});

it('offers the newest lines only where they are out of sight', async () => {
  const deployment = await stage.deploy({ status: 'success' });
  await stage.write(deployment, ['first', 'last']);
  const page = await openPage();
  await page.goto(`/deployments/${deployment.id}`);
  await page.locator('.line .at').first().click();
  await page.locator('.line.named').waitFor();
  await page.locator('.newer').waitFor({ state: 'hidden' });
  await page.close();
});

it('draws commands as such in the form of one', async () => {
  const { application } = await stage.deploy({ status: 'success' });
  const page = await openPage();
  await page.goto(`/applications/${application.id}`);
  await page.getByRole('button', { name: 'Set variables' }).click();
  expect(await page.getByRole('heading').locator('code').allTextContents()).toEqual(['--secret']);
  await page.close();
});

it('breaks no name in a table for the sake of a long text beside it', async () => {
  const css = assets['page.css'].content.toString();
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  const text = 'It cannot be pulled: its registry cannot be reached. '.repeat(8);
  await page.setContent(
    `<style>${css}</style><main class="wide"><table class="card stacked">
     <tr><th>shop/main</th><td>${text}</td><td>DATABASE</td><td class="presses"><button>Back up</button></td></tr></table>`,
  );
  const lines = `((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getClientRects().length;
  })`;
  const [name, variable] = await Promise.all(
    ['th', 'td:nth-child(3)'].map((at) => page.evaluate<number>(`${lines}(document.querySelector('${at}'))`)),
  );
  await page.close();
  expect([name, variable]).toEqual([1, 1]);
});
