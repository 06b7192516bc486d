import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConsoleOptions } from '../bots/console/console.ts';
import { converse, type Partner } from '../bots/console/conversation.ts';
import { fileHistory } from '../bots/console/history.ts';
import { openPlainScreen } from '../bots/console/plain-screen.ts';
import type { Screen } from '../bots/console/screen.ts';
import { openTerminalScreen } from '../bots/console/terminal-screen.ts';
import { isConfidential, readRequest } from '../handlers/command-request.ts';
import { UserError } from '../errors.ts';
import type { Reply } from '../replies/reply.ts';
import { type Client, RefusedError } from './client.ts';
import { exitCodes } from './exit-codes.ts';
import { followRemote } from './follow-remote.ts';
import { showDeployments } from './live-deployments.ts';

/** A server that does not answer holds up no key that is typed, milliseconds. */
const completionMs = 2_000;

type Streams = Pick<ConsoleOptions, 'input' | 'output'>;

/** The console of a Shipmate that runs elsewhere, as another process. Leaving it stops nothing. */
export async function talk(client: Client, streams: Streams = { input: process.stdin, output: process.stdout }) {
  const { commands } = await import('../handlers/commands/index.ts');
  const read: Partner['read'] = (ask) => readRequest(commands, ask);
  // Asked first, so that nobody types to a server that is not there.
  const greeting = await client.run('whoami');
  const screen = await openScreen(client, read, streams);
  const live = showDeployments(client, screen);
  screen.print({ ...greeting, title: `Connected to ${client.place}` });
  // Who pipes lines in waits for those only.
  if (streams.input.isTTY) live.watch();
  const partner: Partner = {
    read,
    run: ({ line }, secrets) => ask(client, line, secrets),
    follow: (followed, signal) => followRemote(client, followed, signal),
    replied: live.replied,
  };
  await converse(screen, async () => partner);
  // Whoever pipes lines in wants to know how they end.
  if (streams.input.isTTY) live.stop();
  await live.ended();
  screen.print({ tone: 'info', text: 'Shipmate keeps running.' });
  screen.close();
  return exitCodes.ok;
}

async function openScreen(client: Client, read: Partner['read'], { input, output }: Streams): Promise<Screen> {
  if (!input.isTTY || !output.isTTY) return openPlainScreen(input, output, { outlivesInput: false });
  const complete = async (line: string) => {
    const matches = await client.complete(line, AbortSignal.timeout(completionMs));
    return { matches, fragment: /\S*$/.exec(line)?.[0] ?? '' };
  };
  const history = fileHistory(await stateFolder(), (line) => isConfidential(read({ line })));
  return openTerminalScreen({ input, output, history, complete, leavingStops: false });
}

/** @see https://specifications.freedesktop.org/basedir-spec/latest/ */
async function stateFolder(): Promise<string> {
  const folder = join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state'), 'shipmate');
  // The history is not kept where there is no home.
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => undefined);
  return folder;
}

async function ask(client: Client, line: string, secrets?: Record<string, string>): Promise<Reply> {
  try {
    return await client.run(line, secrets);
  } catch (error) {
    if (error instanceof RefusedError && error.asks.length > 0)
      return { tone: 'info', text: error.message, asks: error.asks };
    if (error instanceof UserError) return { tone: 'danger', text: error.message };
    throw error;
  }
}
