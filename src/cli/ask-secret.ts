import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createLineQueue } from '../bots/console/line-queue.ts';
import { gatherSecret } from '../bots/console/screen.ts';
import { UserError } from '../errors.ts';

/**
 * Asks without echo for one line, or for a key of several lines; piped input is taken whole, without its last line
 * break.
 * @throws {UserError} when the person cancels.
 */
export async function askSecret(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return (await text(stdin)).replace(/\r?\n$/, '');
  stderr.write(`${prompt}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output: silent, terminal: true });
  const typed = createLineQueue();
  reader.on('line', typed.push);
  reader.on('SIGINT', typed.end);
  reader.on('close', typed.end);
  try {
    const secret = await gatherSecret(typed.take);
    if (secret === undefined) throw new UserError('Cancelled; nothing was changed.');
    return secret;
  } finally {
    reader.close();
    stderr.write('\n');
  }
}
