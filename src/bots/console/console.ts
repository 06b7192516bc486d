import { userInfo } from 'node:os';
import type { Ask, Dispatcher } from '../../handlers/dispatch.ts';
import type { Origin } from '../../usecases/origin.ts';
import type { Reply } from '../../handlers/reply.ts';
import type { Bot } from '../bot.ts';
import { openPlainScreen } from './plain-screen.ts';
import type { Screen } from './screen.ts';
import { openTerminalScreen } from './terminal-screen.ts';

export interface ConsoleOptions {
  dispatcher: Dispatcher;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** Where the history of lines is kept. */
  dataDir: string;
  /** What is said at the start. */
  greeting: Reply;
}

export interface ConsoleBot extends Bot {
  /** Resolves when the person leaves; never where there is no terminal. */
  ended: Promise<void>;
}

const leaving = new Set(['exit', 'quit']);

/** The console as a chat platform: one channel, one person, the one who has the terminal. */
export function createConsoleBot(options: ConsoleOptions): ConsoleBot {
  const { dispatcher, greeting, input, output } = options;
  const origin = originOf();
  const screen: Screen =
    input.isTTY && output.isTTY
      ? openTerminalScreen({ ...options, complete: (line) => dispatcher.complete(line, origin) })
      : openPlainScreen(input, output);
  let conversation: Promise<void> = Promise.resolve();
  let left: () => void;
  const ended = new Promise<void>((resolve) => (left = resolve));

  async function converse(line: string): Promise<void> {
    if (line.trim() === '') return;
    if (leaving.has(line.trim())) return left();
    let reply = await dispatcher.dispatch({ line }, origin);
    if (reply.asks) {
      const secrets = await askFor(reply.asks);
      if (!secrets) return;
      const ask: Ask = { line, secrets };
      reply = await dispatcher.dispatch(ask, origin);
    }
    screen.print(reply);
  }

  async function askFor(asks: NonNullable<Reply['asks']>): Promise<Record<string, string> | undefined> {
    const secrets: Record<string, string> = {};
    for (const { name, summary } of asks) {
      const value = await screen.askSecret(summary);
      if (value === undefined) return undefined;
      secrets[name] = value;
    }
    return secrets;
  }

  return {
    platform: 'console',
    editIntervalMs: 100,
    local: true,
    ended,
    async start() {
      screen.print(greeting);
      screen.onLine((line) => {
        conversation = conversation.then(() => converse(line));
      });
      screen.onEnd(() => left());
    },
    async stop() {
      await screen.close();
    },
    async post(channel, reply) {
      const message = reply.deploymentId ?? crypto.randomUUID();
      screen.show(message, reply);
      return { channel, message };
    },
    async edit({ message }, reply) {
      screen.show(message, reply);
    },
  };
}

/** Who has the terminal: the account of the operating system. */
function originOf(): Origin {
  const { username } = userInfo();
  return { platform: 'console', workspace: 'local', channel: 'console', account: username, accountName: username };
}
