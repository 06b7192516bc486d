import { randomUUID } from 'node:crypto';
import type { BuildRequest, Swarm } from '../../src/swarm/swarm.ts';
import { baseImage, quiet, requestOf } from './swarm-fixture.ts';

/** Begins a Dockerfile. Otherwise a step of an earlier run is cached, and one of another build at the same time is shared. */
export function fresh(): string {
  return `FROM ${baseImage}\nENV RUN_OF_TEST=${randomUUID()}\n`;
}

/** A Dockerfile whose last step takes longer than any test. @param mount Options of that step. */
export function sleeping(mount = ''): string {
  return `${fresh()}RUN ${mount} ["/usr/local/bin/node", "-e", "console.log('asleep'); setTimeout(() => {}, 60000)"]\n`;
}

/** Starts the build of a `sleeping` Dockerfile and resolves once its step runs. */
export async function startAsleep(
  swarm: Pick<Swarm, 'build'>,
  context: string,
  changes?: Pick<BuildRequest, 'contexts' | 'secrets'>,
) {
  const asked = requestOf(context, changes);
  const cancel = new AbortController();
  const asleep = Promise.withResolvers<void>();
  const onLine = (text: string) => text === 'asleep' && asleep.resolve();
  const built = swarm.build(asked, { ...quiet, onLine }, cancel.signal);
  built.catch(() => {});
  await asleep.promise;
  return { asked, cancel, built };
}
