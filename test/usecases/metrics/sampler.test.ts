import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { UnavailableError } from '../../../src/errors.ts';
import { createSampler } from '../../../src/usecases/metrics/sampler.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

it('looks again and again, tells a trouble once, and waits for its last look when it stops', async () => {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
  const { swarm } = fakeSwarm();
  let looks = 0;
  swarm.ownNode = async () => {
    looks += 1;
    throw new UnavailableError('Docker does not answer.');
  };
  const sampler = createSampler(fakeDeps(db.database, { swarm, logger }), { everyMs: 10 });
  await sampler.start();
  await until('a third look', () => looks >= 3);
  await sampler.stop();
  const last = looks;
  expect(lines).toEqual(['task metrics are incomplete: Docker does not answer.']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(looks).toBe(last);
});
