import type { Writable } from 'node:stream';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import { giveSecrets, isConfidential } from '../../handlers/command-request.ts';
import { ownAccountName } from '../../host/account-name.ts';
import type { OnUse } from '../../on-use.ts';
import type { Reply } from '../../replies/reply.ts';
import { localAccountKey, type Origin } from '../../usecases/origin.ts';
import type { Bot } from '../bot.ts';
import { converse, type Partner } from './conversation.ts';
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
  /** Prints something beside the conversation. */
  say(reply: Reply): void;
}

/** The console as a chat platform: one channel, one person, the one who has the terminal. */
export function createConsoleBot(options: ConsoleOptions): ConsoleBot {
  const { dispatcher, greeting, output } = options;
  const origin = originOf();
  const left = Promise.withResolvers<void>();
  let screen: Screen | undefined;
  let stopped = false;

  // Whoever read us may have gone; that is no reason to stop deploying.
  output.on('error', () => undefined);

  async function partner(): Promise<Partner> {
    const { dispatch, read } = await dispatcher();
    const { follow } = options;
    return {
      read,
      run: (request, secrets) => dispatch(secrets ? giveSecrets(request, secrets) : request, origin),
      follow: follow && ((followed, signal) => follow(followed, origin, signal)),
    };
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
    say: (reply) => screen?.print(reply),
    async start() {
      screen = await openScreen(options, origin);
      screen.print(greeting);
      converse(screen, partner).then(() => stopped || leave(), left.reject);
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
  if (!input.isTTY || !output.isTTY) return openPlainScreen(input, output, { outlivesInput: true });
  const { complete: completeFor, read } = await dispatcher();
  const complete = (line: string) => completeFor(line, origin);
  const history = fileHistory(dataDir, (line) => isConfidential(read({ line })));
  return openTerminalScreen({ input, output, history, complete, leavingStops: true });
}

/** Who has the terminal: the account of the operating system. */
function originOf(): Origin {
  const accountName = ownAccountName();
  return { ...localAccountKey(accountName), accountName, channel: 'console', shared: false };
}
