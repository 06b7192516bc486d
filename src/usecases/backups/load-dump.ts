import type { LiveRestore, ToolRun } from '../../database-engines/dump-tool.ts';

type Run = (tool: ToolRun, input?: AsyncIterable<Buffer>) => Promise<string>;

/** Runs an engine's tools up to where the restored data is in place. @param data Fails at its end when it is not whole. */
export async function loadDump(run: Run, live: LiveRestore, data: AsyncIterable<Buffer>): Promise<void> {
  const { after, before, closing, load } = live;
  for (const tool of before) await run(tool);
  const printed = await run(load, closing ? followed(data, closing.text) : data);
  // A dump that leaves its reader within a statement swallows what follows.
  if (closing && !printed.includes(closing.said)) throw new Error('the end of the restored data was not understood');
  for (const tool of after) await run(tool);
}

async function* followed(data: AsyncIterable<Buffer>, text: string): AsyncIterable<Buffer> {
  yield* data;
  yield Buffer.from(text);
}
