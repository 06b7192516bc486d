import { executeSql, type EntityManager } from '../../database/database.ts';
import { ConflictError } from '../../errors.ts';
import { requireUnreservedPort } from '../applications/host-ports.ts';
import type { Deps } from '../deps.ts';
import { knock } from './knock.ts';

/**
 * Requires that nothing listens at the port on any node. What cannot be reached is left to Swarm, whose reason
 * `domain check` shows. @throws {ConflictError}
 */
export async function requireUnusedPort({ config, swarm }: Pick<Deps, 'config' | 'swarm'>, port: number) {
  requireUnreservedPort(config, port);
  const nodes = (await swarm.nodes()).filter(({ state }) => state === 'ready');
  const answers = await Promise.all(nodes.map(({ address }) => knock(address, port)));
  const busy = nodes.find((_, at) => answers[at] === 'open');
  if (!busy) return;
  throw new ConflictError(
    `Something listens at port ${port} of \`${busy.hostname}\` already. The port has to be free on every node: stop what ` +
      `uses it there, or choose another. ${another(port)}`,
  );
}

/**
 * Requires that no other database has the port. Few clients name the host before they are answered, so that a port
 * cannot be shared. @throws {ConflictError} without naming the other project.
 */
export async function requirePortOfNobody(
  { database }: Pick<Deps, 'database'>,
  port: number,
  domain: string,
  em: EntityManager = database.asSystem(),
): Promise<void> {
  const { rows } = await executeSql(
    em,
    `select from domains where target_type = 'database' and port = $1 and domain <> $2`,
    [port, domain],
  );
  if (rows.length === 0) return;
  throw new ConflictError(
    `Port ${port} leads to another domain of a database on this Shipmate already, and each has a port of its own. ${another(port)}`,
  );
}

function another(port: number): string {
  return `For example: \`--port ${port < 55_536 ? port + 10_000 : port - 10_000}\`.`;
}
