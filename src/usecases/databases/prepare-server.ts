import type { DatabaseConfig, ManagedDatabase } from '../../entities/managed-database.ts';
import { createRedactor } from '../../secrets/redact.ts';
import { ProgramError } from '../../swarm/containers/program-error.ts';
import type { Deps } from '../deps.ts';
import { type DatabaseServer, settingsInEffect } from './database-server.ts';

interface Change {
  /** What the server runs with, when it is known to change. */
  before: DatabaseConfig | undefined;
  signal: AbortSignal;
}

/** Why a server cannot get ready for a change. */
interface Unprepared {
  isUp: boolean;
  reason: string;
}

/**
 * Lets the server that runs get ready for its new settings, where its engine needs that.
 * @returns undefined when they may be applied.
 */
export async function prepareServer(
  { oneShots, swarm }: Pick<Deps, 'oneShots' | 'swarm'>,
  { id }: ManagedDatabase,
  { engine, network, server, service }: DatabaseServer,
  { before, signal }: Change,
): Promise<Unprepared | undefined> {
  const { preparation } = engine;
  const status = preparation && server.persistent ? await swarm.inspect(service) : undefined;
  if (!preparation || !status) return undefined;
  // What does not change must not keep a server that is ill from being replaced.
  const obstacle = before && preparation.obstacle(settingsInEffect(engine, before), server.settings);
  if (status.running === 0)
    return obstacle ? { isUp: false, reason: `${obstacle.why}, and it does not run` } : undefined;
  const labels = { 'shipmate.preparation': id };
  await oneShots.removeLabelled(labels);
  try {
    const tool = preparation.prepare(server, `tasks.${service}`);
    await oneShots.run({ ...tool, image: server.image, network, labels }, undefined, signal);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const redact = createRedactor([server.account.password, server.administrator.password]);
    if (obstacle) return { isUp: true, reason: `${obstacle.why}: ${redact(error.message)}` };
  }
  return undefined;
}
