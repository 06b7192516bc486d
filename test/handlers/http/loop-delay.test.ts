import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type LoopDelay, measureLoopDelay } from '../../../src/handlers/http/loop-delay.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';
import { listen } from './server.ts';

let test: TestDatabase;
let delay: LoopDelay;
beforeAll(async () => {
  test = await createTestDatabase();
  delay = measureLoopDelay();
});
afterAll(async () => {
  delay.stop();
  await test.close();
});

async function scrape(): Promise<string> {
  const server = await listen(fakeDeps(test.database), [], { loopDelay: delay });
  try {
    return await (await fetch(`${server.url}/metrics`)).text();
  } finally {
    await server.close();
  }
}

/** How many timers were later than so many seconds. */
function later(text: string, seconds: string): number {
  const bucket = (le: string) =>
    Number(new RegExp(`^shipmate_event_loop_delay_seconds_bucket\\{le="${le}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
  return bucket('\\+Inf') - bucket(seconds);
}

it('counts how late timers are while something holds the event loop', async () => {
  const before = later(await scrape(), '0.25');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  await until('the late timer', async () => later(await scrape(), '0.25') > before);
  expect(await scrape()).toContain('# TYPE shipmate_event_loop_delay_seconds histogram');
});
