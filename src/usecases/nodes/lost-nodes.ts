import type { EntityManager } from '../../database/database.ts';
import { SwarmNodeRecord } from '../../entities/swarm-node.ts';
import { Volume } from '../../entities/volume.ts';
import type { SwarmNode } from '../../swarm/swarm.ts';
import type { Deps } from '../deps.ts';

type Pinned = Pick<Volume, 'name' | 'nodeName'>;

/** What a person is told whose tasks wait for the node that has their data. `node`: undefined when it left the swarm. */
export function lostNodeText({ name, nodeName }: Pinned, node: SwarmNode | undefined, since: Date | undefined): string {
  const when = since ? ` since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC` : '';
  const why = node?.message ? ` (${node.message})` : '';
  const state = node ? `is ${node.state}${when}${why}` : 'has left the swarm';
  return (
    `The data of the volume \`${name}\` are on node \`${nodeName ?? ''}\`, which ${state}. The tasks wait for it: start ` +
    `that host again. If it is gone for good, \`volume pin ${name} <node>\` begins with an empty volume on another one.`
  );
}

/** When the watcher saw that the node was lost; undefined when it has not. */
export async function lostSince(em: EntityManager, nodeId: string): Promise<Date | undefined> {
  const record = await em.findOne(SwarmNodeRecord, { id: nodeId });
  return record?.lostAt ?? undefined;
}

/** Why tasks of an application or a database that ought to run wait; undefined when no node keeps them waiting. */
export async function whyTasksWait(
  { database, swarm }: Pick<Deps, 'database' | 'swarm'>,
  owner: { application: string } | { database: string },
): Promise<string | undefined> {
  const pinned = await database
    .asSystem()
    .transactional((em) => em.find(Volume, { ...owner, nodeId: { $ne: null } }, { orderBy: { name: 'asc' } }));
  if (pinned.length === 0) return undefined;
  const nodes = await swarm.nodes();
  for (const volume of pinned) {
    const node = nodes.find(({ id }) => id === volume.nodeId);
    if (node?.state === 'ready') continue;
    const since = await database.asSystem().transactional((em) => lostSince(em, volume.nodeId ?? ''));
    return lostNodeText(volume, node, since);
  }
  return undefined;
}

/** Who waits for a lost node, for people: nothing, or a line. */
export async function waitingFor(em: EntityManager, nodeId: string): Promise<string[]> {
  const volumes = await em.find(
    Volume,
    { nodeId },
    { populate: ['application.project', 'database.project'], orderBy: { name: 'asc' } },
  );
  const names = volumes.flatMap(({ application, database }) => {
    const owner = application ?? database;
    return owner ? [`${owner.project.name}/${owner.name}`] : [];
  });
  return names.length > 0 ? [`Their data are there, so these wait for it: ${[...new Set(names)].join(', ')}.`] : [];
}
