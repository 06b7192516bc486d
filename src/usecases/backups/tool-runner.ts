import type { ToolRun } from '../../database-engines/dump-tool.ts';
import type { Deps } from '../deps.ts';
import type { DatabaseAccess } from './database-access.ts';

/** @param within What ends the program (default: the signal of the work). */
type RunTool = (tool: ToolRun, input?: AsyncIterable<Buffer>, within?: AbortSignal) => Promise<string>;

/** Runs programs of the database's image beside its server. */
export function toolRunner(
  { oneShots }: Pick<Deps, 'oneShots'>,
  { image, network }: DatabaseAccess,
  { labels, signal }: { labels: Record<string, string>; signal: AbortSignal },
): RunTool {
  return (tool, input, within = signal) => oneShots.run({ ...tool, image, network, labels }, input, within);
}
