import { expect, it } from '@jest/globals';
import { openFiles } from '../../../../src/swarm/images/languages/checkout-files.ts';
import { folder } from '../../../support/swarm-fixture.ts';

it('links are followed as far as they stay in the checkout', async () => {
  await using checkout = await folder({ 'deep/package.json': '{}' });
  await checkout.link('package.json', 'deep/package.json');
  await checkout.link('composer.json', '/etc/passwd');
  await checkout.link('cmd', '/etc');
  const files = openFiles(checkout.path);
  expect(await files.read('package.json')).toBe('{}');
  expect(await files.read('composer.json')).toBeUndefined();
  expect(await files.has('composer.json')).toBe(false);
  expect(await files.has('../../etc/passwd')).toBe(false);
  expect(await files.list('cmd')).toEqual([]);
});

it('what is read is bounded', async () => {
  await using checkout = await folder({ 'yarn.lock': 'x'.repeat(2 * 1024 * 1024 + 1) });
  await expect(openFiles(checkout.path).read('yarn.lock')).rejects.toThrow(
    '`yarn.lock` is larger than 2 MiB. Make it smaller, or add a Dockerfile.',
  );
  const { text = '', isWhole } = (await openFiles(checkout.path).head('yarn.lock')) ?? {};
  expect([text.length, isWhole]).toEqual([2 * 1024 * 1024, false]);
});
