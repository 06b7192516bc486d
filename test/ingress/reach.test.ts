import { expect, it } from '@jest/globals';
import { reachFromIngress } from '../../src/ingress/reach.ts';

const never = new AbortController().signal;
const addresses = Array.from({ length: 250 }, (_, at) => `10.0.1.${at}:80`);

/** @param answer What the probe prints for the arguments of a call. */
function engineWhere(answer: (args: readonly string[], signal: AbortSignal) => Promise<string[] | undefined>) {
  const calls: number[] = [];
  return {
    calls,
    container: async () => 'c1',
    probe: async (_container: string, args: readonly string[], signal: AbortSignal) => {
      calls.push(args.length - 2);
      return answer(args, signal);
    },
  };
}

it('addresses are tried a hundred at a time, and an address without an answer is missing', async () => {
  const engine = engineWhere(async ([, , ...tried]) =>
    tried.map((one, at) => `${one} ${['open', 'closed', 'untried'][at % 3]}`),
  );
  const reached = await reachFromIngress(engine, 'ingress', addresses, never);
  expect(engine.calls).toEqual([100, 100, 50]);
  expect(reached?.size).toBe(168);
  expect(addresses.slice(0, 3).map((one) => reached?.get(one))).toEqual([true, false, undefined]);
});

it('an ingress without the probe, or none at all, tells nothing', async () => {
  const older = engineWhere(async () => undefined);
  expect(await reachFromIngress(older, 'ingress', addresses, never)).toBeUndefined();
  expect(older.calls).toEqual([100]);
  const elsewhere = { ...older, container: async () => undefined };
  expect(await reachFromIngress(elsewhere, 'ingress', addresses, never)).toBeUndefined();
});

it('when the time is over, the answers so far count', async () => {
  const engine = engineWhere(async ([, , ...tried], signal) => {
    if (engine.calls.length === 1) return tried.map((one) => `${one} open`);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  });
  expect((await reachFromIngress(engine, 'ingress', addresses, never, 50))?.size).toBe(100);
  expect(engine.calls).toEqual([100, 100]);
});

it('an Engine that fails is not an answer', async () => {
  const engine = engineWhere(async () => {
    throw new Error('no such exec');
  });
  await expect(reachFromIngress(engine, 'ingress', addresses, never)).rejects.toThrow('no such exec');
});
