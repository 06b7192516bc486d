import type { ToolRun } from '../../database-engines/dump-tool.ts';
import type { Deps } from '../deps.ts';

interface SettledServer {
  /** Of the database. */
  id: string;
  image: string;
  network: string;
  service: string;
  /** Undefined where there is but one account. */
  settle: ((host: string) => ToolRun) | undefined;
}

/** Brings the accounts of a server that runs to what they are to be, whatever it was created with or restored from. */
export async function settleAccounts(
  { oneShots }: Pick<Deps, 'oneShots'>,
  { id, image, network, service, settle }: SettledServer,
  signal: AbortSignal,
): Promise<void> {
  if (!settle) return;
  const labels = { 'shipmate.accounts': id };
  await oneShots.removeLabelled(labels);
  await oneShots.run({ ...settle(`tasks.${service}`), image, network, labels }, undefined, signal);
}
