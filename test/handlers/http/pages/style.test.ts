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
