import { oneLine } from '../harmless-text.ts';
import { openClient } from './open-client.ts';
import { exitCodes } from './exit-codes.ts';

/** A person waits with a finger on the key, milliseconds. */
const answerMs = 2_000;
/** What this program takes beside the server's commands. */
const firstWords = [
  'completion',
  'console',
  'install',
  'join-backup',
  'mcp',
  'migrate',
  'restore-self',
  'serve',
  'uninstall',
];
const flags = ['--file', '--json', '--no-wait', '--wait'];

/** Prints what may stand at the end of the line, for a shell's completion. */
export async function printMatches(words: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const line = words.join(' ');
  const fragment = /\S*$/.exec(line)?.[0] ?? '';
  const own = fragment.startsWith('-') ? flags : line === fragment ? firstWords : [];
  const client = await openClient(env);
  const known = await client.complete(line, AbortSignal.timeout(answerMs));
  const matches = new Set([...known, ...own.filter((word) => word.startsWith(fragment))]);
  for (const match of [...matches].sort()) process.stdout.write(`${oneLine(match)}\n`);
  return exitCodes.ok;
}
