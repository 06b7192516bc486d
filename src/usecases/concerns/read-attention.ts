import type { Deps } from '../deps.ts';
import { fillingDisks } from './filling-disks.ts';
import { readConcerns } from './read-concerns.ts';

/** Sentences on what the operator should look at: what is about to fail, and disks past a threshold. */
export async function readAttention(
  deps: Pick<Deps, 'config' | 'database' | 'leases' | 'replicaId'>,
): Promise<string[]> {
  const [concerns, filling] = await Promise.all([readConcerns(deps), fillingDisks(deps)]);
  const said = concerns.map(({ why }) => why);
  const more = filling.filter(({ host, path }) => !said.some((why) => why.includes(`\`${path}\` on ${host} `)));
  return [...said, ...more.map(({ why }) => why)];
}
