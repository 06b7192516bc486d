import { userInfo } from 'node:os';
import type { Writable } from 'node:stream';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import type { OnUse } from '../../on-use.ts';
import { allOf } from '../../word-lists.ts';
import { giveSecrets, isConfidential } from '../../handlers/command-request.ts';
import { UserError } from '../../errors.ts';
import type { Followed, Reply } from '../../replies/reply.ts';
import type { Origin } from '../../usecases/origin.ts';
import type { Bot } from '../bot.ts';
import { followOnScreen } from './follow-reply.ts';
import type { Follow } from './follow-source.ts';
import { fileHistory } from './history.ts';
import { openPlainScreen } from './plain-screen.ts';
import type { Screen } from './screen.ts';
import { openTerminalScreen } from './terminal-screen.ts';

export interface ConsoleOptions {
  dispatcher: OnUse<Dispatcher>;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: Writable & { isTTY?: boolean; columns?: number; rows?: number };
  /** Where the history of lines is kept. */
  dataDir: string;
  /** How output is followed (default: it is not). */
  follow?: Follow;
  /** What is said at the start. */
  greeting: Reply;
}

export interface ConsoleBot extends Bot {
  /** Resolves when the person leaves; never where there is no terminal, unless a line says `exit`. */
  ended: Promise<void>;
}

const leaving = new Set(['exit', 'quit']);

/** Of pasted variables, as fit in a sentence. */
const mostNames = 10;

/** The console as a chat platform: one channel, one person, the one who has the terminal. */
export function createConsoleBot(options: ConsoleOptions): ConsoleBot {
  const { dispatcher, greeting, output } = options;
  const origin = originOf();
  const left = Promise.withResolvers<void>();
  let screen: Screen | undefined;
  let stopped = false;

  // Whoever read us may have gone; that is no reason to stop deploying.
  output.on('error', () => undefined);

  async function talk(on: Screen): Promise<void> {
    for (let line = await on.read(); line !== undefined; line = await on.read()) {
      if (leaving.has(line.trim())) return;
      if (line.trim() !== '') await answerPasted(on, line);
    }
  }

  /** Lines that were pasted at once come as one. */
  async function answerPasted(on: Screen, text: string): Promise<void> {
    if (!text.includes('\n')) return answer(on, text);
    const { importLine, readPasted } = await import('../../handlers/pasted-lines.ts');
    const pasted = readPasted(await dispatcher(), text);
    if ('lines' in pasted) {
      for (const line of pasted.lines) await answer(on, line);
      return;
    }
    const names = allOf(pasted.variables.slice(0, mostNames));
    const more = pasted.variables.length - mostNames;
    on.print({
      tone: 'info',
      text:
        `These are variables: ${names}${more > 0 ? ` and ${more} more` : ''}. Which application gets them? ` +
        'Type its name, or nothing to drop them.',
    });
    const application = (await on.read())?.trim() ?? '';
    if (application !== '') await answer(on, importLine(application, pasted.text));
    else on.print({ tone: 'info', text: 'Dropped; nothing was changed.' });
  }

  async function answer(on: Screen, line: string): Promise<void> {
    const { dispatch, read } = await dispatcher();
    const request = read({ line });
    let reply = await dispatch(request, origin);
    if (reply.asks) {
      const secrets = await askFor(on, reply.asks);
      if (!secrets) return;
      reply = await dispatch(giveSecrets(request, secrets), origin);
    }
    on.print(reply);
    if (reply.follow) await followAfter(on, reply.follow);
  }

  async function followAfter(on: Screen, followed: Followed): Promise<void> {
    const { follow } = options;
    if (!follow) return;
    const cancel = async (line: string) => {
      const { dispatch, read } = await dispatcher();
      const reply = await dispatch(read({ line }), origin);
      if (reply.tone === 'danger') on.print(reply);
    };
    try {
      await followOnScreen(on, followed, (signal) => follow(followed, origin, signal), cancel);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      on.print({ tone: 'danger', text: error.message });
    }
  }

  function leave(): void {
    screen?.print({
      tone: 'info',
      text: 'Stopping. A running deployment finishes first, or resumes at the next start.',
    });
    left.resolve();
  }

  return {
    platform: 'console',
    editIntervalMs: 100,
    local: true,
    ended: left.promise,
    async start() {
      screen = await openScreen(options, origin);
      screen.print(greeting);
      talk(screen).then(() => stopped || leave(), left.reject);
    },
    async stop() {
      stopped = true;
      screen?.close();
    },
    async post(channel, reply) {
      const message = reply.deploymentId ?? crypto.randomUUID();
      screen?.show(message, reply);
      return { channel, message };
    },
    async edit({ message }, reply) {
      screen?.show(message, reply);
    },
  };
}

/** Only a terminal completes lines and keeps them, which needs the commands at once. */
async function openScreen({ dispatcher, input, output, dataDir }: ConsoleOptions, origin: Origin): Promise<Screen> {
  if (!input.isTTY || !output.isTTY) return openPlainScreen(input, output);
  const { complete: completeFor, read } = await dispatcher();
  const complete = (line: string) => completeFor(line, origin);
  const history = fileHistory(dataDir, (line) => isConfidential(read({ line })));
  return openTerminalScreen({ input, output, history, complete });
}

async function askFor(screen: Screen, asks: NonNullable<Reply['asks']>): Promise<Record<string, string> | undefined> {
  const secrets: Record<string, string> = {};
  for (const { name, summary } of asks) {
    const value = await screen.readSecret(summary);
    if (value === undefined) return undefined;
    secrets[name] = value;
  }
  return secrets;
}

/** Who has the terminal: the account of the operating system. */
function originOf(): Origin {
  const { username } = userInfo();
  return {
    platform: 'console',
    workspace: 'local',
    channel: 'console',
    shared: false,
    account: username,
    accountName: username,
  };
}
