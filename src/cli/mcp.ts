import { UsageError } from '../errors.ts';
import { readLines } from '../text-lines.ts';
import { exitCodes } from './exit-codes.ts';
import { openTransport } from './open-client.ts';
import { relayMessage, type Relay } from './relay-message.ts';

/** Of a message, characters: as much as the server takes. */
const longestMessage = 1024 ** 2;

/**
 * Speaks the Model Context Protocol on standard input and output, one message a line, for a Shipmate that it reaches as
 * the command line does. Ends with standard input.
 * @throws {UsageError}
 */
export async function serveMcp(words: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const path = `/mcp${queryOf(words)}`;
  const relay: Relay = { open: () => openTransport(env), transport: undefined, path, underWay: new Map() };
  const write = (message: unknown) => void process.stdout.write(`${JSON.stringify(message)}\n`);
  const running = new Set<Promise<void>>();
  for await (const { cut, text } of readLines(process.stdin, longestMessage + 1)) {
    if (text.trim() === '') continue;
    const sent = relayMessage(relay, cut ? undefined : text, write).finally(() => running.delete(sent));
    running.add(sent);
  }
  await Promise.all(running);
  return exitCodes.ok;
}

/** `--read`, `--tools app,deploy`, `--wait 20`: what `/mcp` takes in its address. */
function queryOf(words: string[]): string {
  const query = new URLSearchParams();
  for (let at = 0; at < words.length; at += 1) {
    const [name = '', joined] = (words[at] ?? '').split('=', 2);
    if (name === '--read' && joined === undefined) {
      query.set('mode', 'read');
      continue;
    }
    const value = joined ?? words[(at += 1)];
    if ((name !== '--tools' && name !== '--wait') || !value) {
      throw new UsageError('Usage: `shipmate mcp [--read] [--tools <noun>,<noun>] [--wait <seconds>]`.');
    }
    query.set(name.slice(2), value);
  }
  return query.size > 0 ? `?${query.toString()}` : '';
}
