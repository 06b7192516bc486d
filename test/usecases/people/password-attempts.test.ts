import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TooManyRequestsError } from '../../../src/errors.ts';
import type { Origin } from '../../../src/usecases/origin.ts';
import { countPasswordAttempt } from '../../../src/usecases/people/password-attempts.ts';
import { networkOf } from '../../../src/usecases/people/place.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { consoleOrigin } from '../../support/fakes.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

function from(ipAddress: string): Origin {
  return { ...consoleOrigin(), platform: 'http', workspace: 'api', ipAddress };
}

/** How many of the attempts may be made. */
async function allowed(attempts: [username: string, origin: Origin][]): Promise<number> {
  const outcomes = await Promise.allSettled(
    attempts.map(([username, origin]) => countPasswordAttempt({ database: db.database }, username, origin)),
  );
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  for (const { reason } of failed) expect(reason).toBeInstanceOf(TooManyRequestsError);
  return outcomes.length - failed.length;
}

describe('attempts at once', () => {
  it('of many names from one place are 50', async () => {
    const origin = from('198.51.100.1');
    expect(await allowed(Array.from({ length: 60 }, (_, at) => [`name-${at}`, origin]))).toBe(50);
  });

  it('of one name from many places are 200', async () => {
    expect(await allowed(Array.from({ length: 210 }, (_, at) => ['everywhere', from(`203.0.113.${at}`)]))).toBe(200);
  });

  it('of one subscriber’s IPv6 addresses are those of one place', async () => {
    const addresses = Array.from({ length: 8 }, (_, at) => from(`2001:db8:0:1::${at + 1}`));
    expect(await allowed(addresses.map((origin) => ['six', origin]))).toBe(5);
    expect(await allowed([['six', from('2001:db8:0:2::1')]])).toBe(1);
  });

  it('of a chat account are counted by the account', async () => {
    const attempts = Array.from({ length: 6 }, (): [string, Origin] => ['chat', consoleOrigin('eve')]);
    expect(await allowed(attempts)).toBe(5);
    expect(await allowed([['chat', consoleOrigin('ada')]])).toBe(1);
  });
});

it.each([
  ['198.51.100.1', '198.51.100.1'],
  ['::ffff:198.51.100.1', '198.51.100.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8::1', '2001:db8:0:0::/64'],
  ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
