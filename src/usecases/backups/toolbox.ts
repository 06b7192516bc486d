import type { ToolRun } from '../../database-engines/dump-tool.ts';
import type { Running } from '../../swarm/containers/one-shot.ts';
import type { Deps } from '../deps.ts';
import type { DatabaseAccess } from './database-access.ts';

/** Programs of the database's image beside its server, one after another. */
export interface Toolbox extends AsyncDisposable {
  /** @param within What ends the program (default: the signal of the work). @returns the start of what it printed. */
  run(tool: ToolRun, input?: AsyncIterable<Buffer>, within?: AbortSignal): Promise<string>;
  /** Streams what it prints. @throws {ProgramError} after the last chunk, when it fails. */
  output(tool: ToolRun): AsyncIterable<Buffer>;
  /** Ends what still runs; what comes after it gets another container. Never throws. */
  close(): Promise<void>;
}

/**
 * They share a container, which starts with the first: to start one and join it to the network takes longer than most of
 * them run. After one that failed or was given up comes another container, as what it started might go on in the old one.
 */
export function openToolbox(
  { config, logger, oneShots }: Pick<Deps, 'config' | 'logger' | 'oneShots'>,
  { image, network }: DatabaseAccess,
  { labels, signal }: { labels: Record<string, string>; signal: AbortSignal },
): Toolbox {
  // All the work must end within the time-out once it has begun; what follows it does not take long.
  const seconds = Math.ceil((2 * config.backupTimeoutMs) / 1_000);
  let opened: Running | undefined;

  async function open(within: AbortSignal): Promise<Running> {
    opened ??= await oneShots.idle({ image, network, labels, seconds }, within);
    return opened;
  }

  /** Not what came after it: who gives up a program may be late. */
  async function drop(container: Running): Promise<void> {
    if (opened !== container) return;
    opened = undefined;
    await container.remove().catch((error: unknown) => {
      logger.warn({ err: error, ...labels }, 'could not remove the container of a backup or a restore');
    });
  }

  async function close(): Promise<void> {
    if (opened) await drop(opened);
  }

  return {
    async run(tool, input, within = signal) {
      const container = await open(within);
      try {
        return await container.run(tool, input, within);
      } catch (error) {
        await drop(container);
        throw error;
      }
    },
    async *output(tool) {
      const container = await open(signal);
      let isWhole = false;
      try {
        yield* container.output(tool, signal);
        isWhole = true;
      } finally {
        if (!isWhole) await drop(container);
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
