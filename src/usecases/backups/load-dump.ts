import { packText } from '../../backup-store/pack-text.ts';
import type { LiveRestore, ToolRun } from '../../database-engines/dump-tool.ts';
import { ProgramError } from '../../swarm/containers/program-error.ts';

type Run = (tool: ToolRun, input?: AsyncIterable<Buffer>) => Promise<string>;

/** A dump. Each of its forms fails at its end when it is not whole. */
export interface DumpData extends AsyncIterable<Buffer> {
  /** The same as `packText` made it, where that is how it is stored. */
  packed?: AsyncIterable<Buffer>;
}

/** Exit code for an image without `zstd`; those of the tools are below. */
const lacksZstd = 96;

/** The tool's variables are for the tool: its password is among them. */
function unpacking({ env }: ToolRun): string {
  const names = Object.keys(env).join(' ');
  return `command -v zstd >/dev/null || exit ${lacksZstd}; (unset ${names}; exec zstd -dcq) | "$@"`;
}

/** Runs an engine's tools up to where the restored data is in place. */
export async function loadDump(run: Run, live: LiveRestore, data: DumpData): Promise<void> {
  const { after, before, closing } = live;
  for (const tool of before) await run(tool);
  const printed = await load(run, live, data);
  // A dump that leaves its reader within a statement swallows what follows.
  if (closing && !printed.includes(closing.said)) throw new Error('the end of the restored data was not understood');
  for (const tool of after) await run(tool);
}

/**
 * Unpacks beside the tool what only has to pass through here then, at half the size or less. Without `closing`, a tool would
 * take it for the end of the dump when unpacking fails.
 */
async function load(run: Run, { closing, load: tool }: LiveRestore, data: DumpData): Promise<string> {
  if (!closing) return run(tool, data);
  const plain = () => run(tool, joined(data, text(closing.text)));
  if (!data.packed) return plain();
  const command = ['sh', '-c', unpacking(tool), 'sh', ...tool.command];
  try {
    return await run({ ...tool, command }, joined(data.packed, packText(text(closing.text))));
  } catch (error) {
    if (!(error instanceof ProgramError) || error.exitCode !== lacksZstd) throw error;
    return plain();
  }
}

async function* joined(...parts: AsyncIterable<Buffer>[]): AsyncIterable<Buffer> {
  for (const part of parts) yield* part;
}

async function* text(of: string): AsyncIterable<Buffer> {
  yield Buffer.from(of);
}
