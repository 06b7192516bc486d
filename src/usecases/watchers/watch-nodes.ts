import { executeSql, type EntityManager } from '../../database/database.ts';
import type { SwarmNode } from '../../swarm/swarm.ts';
import type { Deps } from '../deps.ts';
import { waitingFor } from '../nodes/lost-nodes.ts';
import { notify } from '../notify.ts';

interface Changed {
  node: SwarmNode;
  /** What ran there when it last answered. */
  tasks: number;
  /** How long it did not answer, seconds; of one that came back. */
  awaySeconds: number;
}

/**
 * Remembers how the nodes are. One that Swarm calls down is lost, unless somebody had drained or paused it before; the loss
 * and the return are told once, whichever replica sees them. `unknown`, as after an election, says nothing.
 * @returns what came of it in a few words.
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
    for (const one of lost) await tellLost(em, one, nodes);
    for (const one of back) await tellBack(em, one);
    return `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}, ${nodes.filter(isLost).length} lost`;
  });
}

function isLost({ availability, state }: SwarmNode): boolean {
  return state === 'down' && availability === 'active';
}

/** Keeps what ran on a node when it last answered. */
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

/** Those that were taken out of the swarm. */
async function forget(em: EntityManager, nodes: readonly SwarmNode[]): Promise<void> {
  await executeSql(em, 'delete from swarm_nodes where not (id = any ($1))', [nodes.map(({ id }) => id)]);
}

async function tellLost(em: EntityManager, { node, tasks }: Changed, nodes: readonly SwarmNode[]): Promise<void> {
  const lines = [
    `${node.address} does not answer${node.message === undefined ? '' : `: ${node.message}`}.`,
    tasks === 0
      ? 'No tasks ran there.'
      : `${tasks} ${tasks === 1 ? 'task' : 'tasks'} ran there; Swarm starts them on other nodes, but for those whose volumes are there.`,
    ...(await waitingFor(em, node.id)),
    ...(node.role === 'manager' ? [quorum(nodes)] : []),
  ];
  await tell(em, node, { tone: 'danger', title: `Node ${node.hostname} is lost`, text: lines.join('\n') });
}

function quorum(nodes: readonly SwarmNode[]): string {
  const managers = nodes.filter(({ role }) => role === 'manager');
  const answering = managers.filter(({ state }) => state === 'ready').length;
  const needed = Math.floor(managers.length / 2) + 1;
  return `${answering} of ${managers.length} managers answer; the swarm needs ${needed} to change anything.`;
}

async function tellBack(em: EntityManager, { awaySeconds, node }: Changed): Promise<void> {
  const minutes = Math.max(1, Math.round(awaySeconds / 60));
  await tell(em, node, {
    tone: 'success',
    title: `Node ${node.hostname} is back`,
    text: `It answers again after ${minutes} min. Tasks stay where they are until the next deployment or restart.`,
  });
}

async function tell(em: EntityManager, { id }: SwarmNode, reply: object): Promise<void> {
  await notify(em, {
    event: 'node-lost',
    severity: 'danger',
    subject: id,
    reply: { ...reply, actions: [{ label: 'Nodes', command: 'node list' }] },
  });
}
