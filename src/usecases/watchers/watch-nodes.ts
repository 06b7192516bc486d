import { executeSql, type EntityManager } from '../../database/database.ts';
import type { SwarmNode } from '../../swarm/swarm.ts';
import type { Deps } from '../deps.ts';
import { ownersOfDataOn } from '../nodes/lost-nodes.ts';
import { notify } from '../notify.ts';

interface Changed {
  node: SwarmNode;
  /** Number of tasks when it last answered. */
  tasks: number;
  /** Downtime of a node that came back, seconds. */
  awaySeconds: number;
}

/**
 * Records the state of the nodes. A node that Swarm reports as down is lost, unless somebody had drained or paused it.
 * Notifies once of loss and return across replicas. Ignores `unknown`, which occurs after an election.
 * @returns a short summary of the result.
 */
export async function watchNodes(deps: Pick<Deps, 'database' | 'swarm'>): Promise<string> {
  const nodes = await deps.swarm.nodes();
  return deps.database.asSystem().transactional(async (em) => {
    for (const node of nodes) await see(em, node);
    const lost = await markLost(em, nodes.filter(isLost));
    const back = await markBack(
      em,
      nodes.filter(({ state }) => state === 'ready'),
    );
    await forget(em, nodes);
    for (const one of lost) await notifyLost(em, one, nodes);
    for (const one of back) await notifyBack(em, one);
    return `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}, ${nodes.filter(isLost).length} lost`;
  });
}

function isLost({ availability, state }: SwarmNode): boolean {
  return state === 'down' && availability === 'active';
}

/** Records a node's state and, while it answers, its tasks. */
async function see(
  em: EntityManager,
  { address, availability, hostname, id, role, state, tasks }: SwarmNode,
): Promise<void> {
  const answers = state === 'ready';
  await executeSql(
    em,
    `insert into swarm_nodes (id, hostname, role, address, availability, tasks) values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do update set
       hostname = excluded.hostname, role = excluded.role, address = excluded.address,
       availability = excluded.availability,
       tasks = case when $7 then excluded.tasks else swarm_nodes.tasks end,
       seen_at = case when $7 then now() else swarm_nodes.seen_at end`,
    [id, hostname, role, address, availability, tasks, answers],
  );
}

async function markLost(em: EntityManager, nodes: readonly SwarmNode[]): Promise<Changed[]> {
  const { rows } = await executeSql<{ id: string; tasks: number }>(
    em,
    `update swarm_nodes set state = 'lost', lost_at = now() where id = any ($1) and state = 'ready' returning id, tasks`,
    [nodes.map(({ id }) => id)],
  );
  return rows.flatMap(({ id, tasks }) => {
    const node = nodes.find((one) => one.id === id);
    return node ? [{ node, tasks, awaySeconds: 0 }] : [];
  });
}

async function markBack(em: EntityManager, nodes: readonly SwarmNode[]): Promise<Changed[]> {
  const { rows } = await executeSql<{ id: string; tasks: number; away: number }>(
    em,
    `with lost as (select id, lost_at from swarm_nodes where id = any ($1) and state = 'lost' for update)
     update swarm_nodes n set state = 'ready', lost_at = null from lost where n.id = lost.id
     returning n.id, n.tasks, extract(epoch from now() - lost.lost_at)::float as away`,
    [nodes.map(({ id }) => id)],
  );
  return rows.flatMap(({ away, id, tasks }) => {
    const node = nodes.find((one) => one.id === id);
    return node ? [{ node, tasks, awaySeconds: away }] : [];
  });
}

/** Deletes nodes that have left the swarm. */
async function forget(em: EntityManager, nodes: readonly SwarmNode[]): Promise<void> {
  await executeSql(em, 'delete from swarm_nodes where not (id = any ($1))', [nodes.map(({ id }) => id)]);
}

async function notifyLost(em: EntityManager, { node, tasks }: Changed, nodes: readonly SwarmNode[]): Promise<void> {
  await notify(em, {
    severity: 'danger',
    subject: node.id,
    fact: {
      kind: 'node-lost',
      node: node.hostname,
      address: node.address,
      message: node.message ?? null,
      tasks,
      waiting: await ownersOfDataOn(em, node.id),
      managers: node.role === 'manager' ? countManagers(nodes) : null,
    },
  });
}

function countManagers(nodes: readonly SwarmNode[]): { answering: number; all: number } {
  const managers = nodes.filter(({ role }) => role === 'manager');
  return { answering: managers.filter(({ state }) => state === 'ready').length, all: managers.length };
}

/** Has the severity of the loss, so that the same routes receive both. */
async function notifyBack(em: EntityManager, { awaySeconds, node }: Changed): Promise<void> {
  const fact = { kind: 'node-back', node: node.hostname, awaySeconds } as const;
  await notify(em, { severity: 'danger', subject: node.id, fact });
}
