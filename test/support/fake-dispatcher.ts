import { UserError } from '../../src/errors.ts';
import { defineCommand } from '../../src/handlers/command.ts';
import type { Dispatcher } from '../../src/handlers/dispatch.ts';
import { confidential, secret } from '../../src/handlers/options.ts';
import type { CommandRequest } from '../../src/handlers/command-request.ts';
import type { Reply } from '../../src/replies/reply.ts';
import type { Origin } from '../../src/usecases/origin.ts';

/** A line that was dispatched, with the secrets that were given for it. */
export interface Asked {
  line: string;
  secrets?: Record<string, unknown>;
}

interface Answers {
  /** What `--secret` on a line asks for. */
  summary: string;
  answer(line: string): Reply;
  complete?: Dispatcher['complete'];
}

/** A Shipmate to which every line is a command; it keeps what it was asked, and by whom. */
export function fakeDispatcher({ summary, answer, complete }: Answers) {
  const asked: Asked[] = [];
  const origins: Origin[] = [];
  const anything = defineCommand({
    name: 'anything',
    summary: 'Answers every line',
    role: 'anyone',
    answers: 'person',
    options: { value: secret(summary) },
    run: () => Promise.reject(new Error('the fake answers itself')),
  });

  function request(line: string): CommandRequest {
    const asks = line.includes('--secret');
    const command = asks ? { ...anything, options: { value: confidential(secret(summary)) } } : anything;
    const missing = asks ? [{ name: 'value', summary }] : [];
    return { line, words: [], command, decoded: { input: {}, missing }, answers: 'person' };
  }

  const dispatcher: Dispatcher = {
    commands: [],
    meant: async (given) => ({ request: given, offers: [] }),
    read: (ask) => request('line' in ask ? ask.line : ask.command),
    async dispatch(what, origin) {
      if (!('decoded' in what) || what.decoded instanceof UserError)
        throw new Error('the console reads what it dispatches');
      const { line, decoded } = what;
      const given = Object.keys(decoded.input).length > 0;
      asked.push({ line, ...(given && { secrets: decoded.input }) });
      origins.push(origin);
      return decoded.missing.length > 0 ? { tone: 'info', asks: decoded.missing } : answer(line);
    },
    execute: () => Promise.reject(new Error('the console dispatches')),
    complete: complete ?? (async () => ({ matches: [], fragment: '' })),
    completeLine: async () => [],
    completeOption: async () => [],
  };
  return { dispatcher, asked, origins };
}
