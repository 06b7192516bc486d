import { describe, expect, it } from '@jest/globals';
import { type GitProvider, gitProviders } from '../../src/entities/git-provider.ts';
import { UnavailableError } from '../../src/errors.ts';
import { createDeliveryReader, inlineBytes } from '../../src/git-hosts/delivery-reader.ts';
import { readDelivery } from '../../src/git-hosts/read-delivery.ts';
import { gitHosts } from '../../src/git-hosts/registry.ts';
import { createThreads, ThreadLimitError, type Threads } from '../../src/host/threads.ts';
import { pushPayload, shaOf, signedDelivery } from '../support/webhooks.ts';
import { rawDelivery } from './raw-delivery.ts';

const secret = `whsec_${Buffer.from('a secret').toString('base64')}`;
const others = [`whsec_${Buffer.from('another').toString('base64')}`, secret, 'a third'];

const pool = createThreads({ atOnce: 2, memory: 512 });

/** Real threads, which note what they are asked for. */
function notedThreads() {
  const asked: string[] = [];
  const threads: Threads = {
    run(call, task, limits) {
      asked.push(call.name);
      // A thread takes seconds to start on a busy machine.
      return pool.run(call, task, { ...limits, timeMs: 300_000 });
    },
  };
  return { asked, reader: createDeliveryReader(threads) };
}

/** A push whose body has about so many bytes, in commits. */
function pushOf(provider: GitProvider, bytes: number) {
  const path = 'src/a/folder/with/a/name/of/common/length/file.ts';
  const paths = Array.from({ length: 20 }, (_, index) => `${path}${index}`);
  const commit = { message: 'Sell apples [skip ci]', paths };
  const push = { repository: 'acme/api', ref: 'refs/heads/main', before: shaOf('a'), after: shaOf('b') };
  const size = (count: number) => JSON.stringify(pushPayload[provider]({ ...push, commits: many(count) })).length;
  const many = (count: number) => Array.from({ length: count }, () => commit);
  const count = Math.max(1, Math.floor((bytes - size(0)) / (size(2) - size(1))));
  return rawDelivery(signedDelivery(provider, pushPayload[provider]({ ...push, commits: many(count) }), secret));
}

function failing(limit: ThreadLimitError['limit']): Threads {
  return { run: () => Promise.reject(new ThreadLimitError(limit)) };
}

describe.each(gitProviders)('a delivery of %s', (provider) => {
  it('is hashed and parsed at once when it is small', async () => {
    const { asked, reader } = notedThreads();
    const raw = pushOf(provider, 20_000);
    expect(await reader.signedWith(provider, raw, others)).toEqual([false, true, false]);
    expect(await reader.read(provider, raw)).toEqual(readDelivery(provider, raw));
    expect(asked).toEqual([]);
  });

  it('is hashed in a thread when many secrets are tried', async () => {
    const { asked, reader } = notedThreads();
    const raw = pushOf(provider, 20_000);
    const many = [...Array.from({ length: 20 }, (_, index) => `secret ${index}`), secret];
    const signed = await reader.signedWith(provider, raw, many);
    expect([signed.indexOf(true), signed.lastIndexOf(true), signed.length]).toEqual([20, 20, 21]);
    expect(asked).toEqual(['verify']);
  });

  it('is hashed and parsed in a thread when it is large, with the same result', async () => {
    const { asked, reader } = notedThreads();
    const raw = pushOf(provider, Math.max(gitHosts[provider].webhook.mostBytes / 10, 2 * inlineBytes));
    expect(await reader.signedWith(provider, raw, others)).toEqual([false, true, false]);
    const read = await reader.read(provider, raw);
    expect(asked).toEqual(['verify', 'read']);
    expect(read).toEqual(readDelivery(provider, raw));
    expect(read).toMatchObject({ parsed: { push: { refs: [{ name: 'main', skips: true }] } } });
  });

  it('is refused with the same sentence when it is large and no JSON', async () => {
    const { reader } = notedThreads();
    const raw = rawDelivery(signedDelivery(provider, 'x'.repeat(2 * inlineBytes), secret));
    expect(await reader.read(provider, raw)).toEqual({
      refused: 'The body is not JSON. Set the content type to application/json.',
    });
  });
});

describe('a delivery that takes too much', () => {
  const raw = pushOf('github', 2 * inlineBytes);

  it('of time may come again', async () => {
    const reader = createDeliveryReader(failing('time'));
    await expect(reader.read('github', raw)).rejects.toThrow(UnavailableError);
    await expect(reader.signedWith('github', raw, others)).rejects.toThrow(
      'Reading the body takes too much time. Send it again in a minute.',
    );
  });

  it('of memory is refused', async () => {
    expect(await createDeliveryReader(failing('memory')).read('github', raw)).toEqual({
      refused: 'Reading the body takes more than 512 MB of memory.',
    });
  });
});
