import { expect, it } from '@jest/globals';
import { changeCauses } from '../../src/causes/change-causes.ts';

const none = { commits: 0, variablesSet: [], variablesUnset: [], settings: [], nodes: [] };

function told(changes: Partial<Parameters<typeof changeCauses>[0]>): string[] {
  return changeCauses({ ...none, ...changes }, 'shop/api').map(({ cause, mend }) => `${cause}. ${mend}`);
}

it('orders what changed by how likely it is the cause', () => {
  const from = '3f2c1ab0000000000000000000000000000000000';
  const changes = {
    commits: 3,
    from,
    variablesSet: ['LOG_LEVEL'],
    variablesUnset: ['STRIPE_KEY', 'STRIPE_URL'],
    settings: ['memory', 'port'],
    nodes: ['node `host-2` is down'],
  };
  expect(told(changes)).toEqual([
    'since the last success, `STRIPE_KEY` and `STRIPE_URL` were unset. Set it again: `env set shop/api STRIPE_KEY --secret`',
    'since the last success, the settings `memory` and `port` changed. Compare them: `app show shop/api`',
    'since the last success, `LOG_LEVEL` was changed. Check the values: `env list shop/api`',
    'one of the 3 commits since 3f2c1ab, the last success, broke it. Go back while you look: `rollback shop/api`',
    'node `host-2` is down. See the nodes: `node list`',
    'something that only its output tells. Read all of it: `logs shop/api --build`',
  ]);
});

it('names the log when nothing else is known', () => {
  expect(told({})).toEqual(['something that only its output tells. Read all of it: `logs shop/api --build`']);
});

it('says of one commit that it broke it', () => {
  expect(told({ commits: 1, from: 'abcdef0123' })[0]).toBe(
    'the commit since abcdef0, the last success, broke it. Go back while you look: `rollback shop/api`',
  );
});

it('names five of many', () => {
  expect(told({ settings: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] })[0]).toContain('`e` and 2 more changed');
});
