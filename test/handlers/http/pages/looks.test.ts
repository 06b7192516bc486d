import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openChromium } from '../../../../scripts/support/chromium.ts';
import type { Deployment } from '../../../../src/entities/deployment.ts';
import { executeSql } from '../../../../src/database/database.ts';
import { barriersOf, complaintsOf, overhangOf } from '../../../support/browser.ts';
import { type FilledApplication, fillApplication } from './application-rows.ts';
import { commit, makePageStage, type PageStage } from './stage.ts';

const word = 'x'.repeat(250);
let stage: PageStage;
let browser: Browser;
let deployments: Deployment[];
let filled: FilledApplication;
beforeAll(async () => {
  stage = await makePageStage();
  browser = await openChromium();
  const durations = { queue: 0.4, clone: 1.2, build: 22, roll_out: 51 };
  const done = { ...commit, durations, duration_seconds: 75, image: `registry.example/${word}:1`, image_size_mb: 84.2 };
  deployments = await Promise.all([
    stage.deploy({ status: 'building', metadata: { ...commit, progress: { phase: 'building', step: 2, steps: 9 } } }),
    stage.deploy({ status: 'success', metadata: done }),
    stage.deploy({ status: 'failed', metadata: { ...done, commit_title: word, error: `\`${word}\` failed.` } }),
    stage.deploy({ status: 'rolled_back', metadata: { ...done, error: 'The new tasks were not healthy.' } }),
    stage.deploy({ status: 'failed', metadata: { ...done, reason: 'cancelled', error: 'Cancelled by ada.' } }),
  ]);
  for (const deployment of deployments) {
    await stage.write(deployment, ['a line', word], 'info');
    await stage.write(deployment, ['a detail'], 'debug');
    await stage.write(deployment, ['careful'], 'warn');
    await stage.write(deployment, ['it broke'], 'error');
  }
  filled = await fillApplication(stage, 1);
  filled.print('a line', word);
  const system = stage.deps.database.asSystem();
  await executeSql(system, `update env_vars set key = $1 where key = 'PLAIN_0'`, [word.toUpperCase()]);
});
afterAll(async () => {
  await browser?.close();
  await stage.close();
});

it('every page is usable by everyone, light and dark, wide and narrow', async () => {
  const context = await browser.newContext({ baseURL: stage.url, reducedMotion: 'reduce' });
  const complaints = complaintsOf(context);
  const page = await context.newPage();
  // Each page is loaded once: its style heeds the width and the scheme at once, and the scheme changes only colours.
  const inspect = async (what: string) => {
    for (const width of [1_280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: 'light' });
      const [light, overhang] = [await barriersOf(page), await overhangOf(page)];
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await barriersOf(page, 'colours');
      expect({ what, width, light, dark, overhang }).toEqual({ what, width, light: [], dark: [], overhang: 0 });
    }
  };
  const look = async (path: string) => {
    await page.goto(path);
    await inspect(path);
  };
  const [running] = deployments;
  if (running) await look(stage.link(running));
  await look('/sign-in');
  await look(await stage.signInLink(stage.ada));
  await page.getByRole('main').getByRole('button').click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await look('/');
  for (const { id } of deployments) await look(`/deployments/${id}`);
  await look(`/applications/${filled.application.id}`);
  await page.getByText('live', { exact: true }).waitFor();
  await inspect('the page of an application with its log');
  await page.getByRole('button', { name: 'Show settings' }).click();
  await page.getByRole('columnheader', { name: 'Setting' }).waitFor();
  await inspect('the answer of a command');
  await page.getByRole('button', { name: 'Set variables' }).click();
  await page.getByRole('link', { name: 'Back' }).waitFor();
  await inspect('the form of a command');
  await look(`/deployments/${running?.id}?q=line`);
  await look(`/deployments/${running?.id}`);
  await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').waitFor();
  await inspect('the question before an action');
  await page.evaluate(`document.querySelector('main form[data-confirm]').submit()`);
  await page.getByRole('link', { name: 'Back' }).waitFor();
  await inspect('the same as a page');
  expect(complaints).toEqual([]);
  await look('/deployments/nonsense');
  await context.close();
});

it('is operated by the keyboard alone, also when it is drawn anew meanwhile', async () => {
  const context = await browser.newContext({ baseURL: stage.url });
  const page = await context.newPage();
  const [running] = deployments;
  if (!running) throw new Error('nothing was deployed');
  await page.goto(stage.link(running));
  const focused = () => page.evaluate<string>('document.activeElement.id || document.activeElement.textContent.trim()');
  const next = async () => {
    await page.keyboard.press('Tab');
    return focused();
  };
  expect(await next()).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect([await next(), await next()]).toEqual(['Overview', 'Cancel']);
  await stage.change(running, { metadata: { progress: { phase: 'building', step: 3, steps: 9 } } });
  await page.getByText('building (step 3 of 9)').first().waitFor();
  expect(await focused()).toBe('Cancel');
  expect([await next(), await next(), await next(), await next(), await next()]).toEqual([
    'c0ffee0',
    'q',
    'Search',
    'Download',
    'lines',
  ]);
  await context.close();
});

it('would be told of a barrier', async () => {
  const page = await browser.newPage();
  await page.setContent(
    '<html lang="en"><title>x</title><main><h1>x</h1><p style="color: #ccc">pale</p><img src="x"></main>',
  );
  const found = (await barriersOf(page)).map((line) => line.split(':')[0]);
  expect(found.sort()).toEqual(['color-contrast', 'image-alt']);
  expect(await barriersOf(page, 'colours')).toEqual([expect.stringMatching(/^color-contrast:/)]);
  await page.close();
});
