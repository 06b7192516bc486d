import { randomBytes } from 'node:crypto';
import type { User } from '../entities/user.ts';
import { ForbiddenError, NotFoundError, UnauthenticatedError, UnavailableError, UserError } from '../errors.ts';
import type { Deps } from '../usecases/deps.ts';
import { grantersOf, identify } from '../usecases/people/identify.ts';
import type { Origin } from '../usecases/origin.ts';
import { roleAtLeast } from '../usecases/access/roles.ts';
import type { Command } from './command.ts';
import { complete, completeOption, type Completions, type OptionFragment } from './complete.ts';
import { refusalOf } from './constraint-sentences.ts';
import { decodeJson, decodeLine } from './decode.ts';
import { parseLine } from './parse.ts';
import { recordRead, recordRefused } from './record-command.ts';
import type { Reply } from '../replies/reply.ts';

/** What a person asks for: a line of text, or a command with named input as the HTTP API and forms send it. */
export type Ask =
  | {
      line: string;
      /** Values for the `asks` of an earlier reply to the same line. */
      secrets?: Record<string, string>;
    }
  | { command: string; input: Record<string, unknown> };

export interface Dispatcher {
  commands: readonly Command[];
  /** Runs what was asked and always answers: errors become replies. */
  dispatch(ask: Ask, origin: Origin): Promise<Reply>;
  /**
   * The same for callers that map errors themselves (HTTP). `user` when the caller has identified the person.
   * @throws {UserError} and, for bugs and outages, anything else.
   */
  execute(ask: Ask, origin: Origin, user?: User): Promise<Reply>;
  /** What could stand at the end of an unfinished line. */
  complete(line: string, origin: Origin): Promise<Completions>;
  /** What one option could be, for platforms that ask for options one by one; at most 50. */
  completeOption(given: OptionFragment, origin: Origin): Promise<string[]>;
}

/** find → identify → authorise → decode → run */
export function createDispatcher(deps: Deps, commands: readonly Command[]): Dispatcher {
  async function execute(ask: Ask, origin: Origin, known?: User): Promise<Reply> {
    const found = find(commands, ask);
    const user = known ?? (await identify(deps, origin));
    try {
      await authorise(deps, found.command, user);
      return await runCommand(found, origin, user);
    } catch (error) {
      const shown = refusalOf(error) ?? error;
      if (user && shown instanceof UserError && !(shown instanceof UnavailableError))
        await recordRefused(deps, found.command, user, origin, shown);
      throw shown;
    }
  }

  async function runCommand(found: Found, origin: Origin, user: User | undefined): Promise<Reply> {
    const { input, missing } = found.decode();
    if (missing.length > 0) return { tone: 'info', text: 'This needs a secret, asked for in private.', asks: missing };
    const reply = await found.command.run({ origin, user, deps, commands }, input);
    if (user && found.command.reads) await recordRead(deps, found.command, user, origin, input);
    return reply;
  }

  return {
    commands,
    execute,
    async dispatch(ask, origin) {
      try {
        return await execute(ask, origin);
      } catch (error) {
        return errorReply(deps, error);
      }
    },
    async complete(line, origin) {
      return complete(commands, line, { deps, user: await identify(deps, origin) });
    },
    async completeOption(given, origin) {
      return completeOption(commands, given, { deps, user: await identify(deps, origin) });
    },
  };
}

interface Found {
  command: Command;
  decode(): ReturnType<typeof decodeLine>;
}

function find(commands: readonly Command[], ask: Ask): Found {
  if ('line' in ask) {
    const parsed = parseLine(commands, ask.line);
    return { command: parsed.command, decode: () => decodeLine(parsed, ask.secrets) };
  }
  const command = commands.find((candidate) => candidate.name === ask.command);
  if (!command) throw new NotFoundError(`There is no command \`${ask.command}\`. \`help\` lists the commands.`);
  return { command, decode: () => ({ input: decodeJson(command, ask.input), missing: [] }) };
}

async function authorise(deps: Deps, command: Command, user: User | undefined): Promise<void> {
  if (command.role === 'anyone') return;
  if (!user) {
    throw new UnauthenticatedError(
      'I do not know you yet. Ask for a code (`link` run by somebody who is linked shows one), then: `link <code>`.',
    );
  }
  if (roleAtLeast(user.role, command.role)) return;
  const granters = await grantersOf(deps, command.role);
  const who = granters.length > 0 ? granters.join(', ') : 'a super_admin';
  throw new ForbiddenError(
    `\`${command.name}\` needs the role \`${command.role}\`; yours is \`${user.role}\`. Who can grant it: ${who}.`,
  );
}

/** The one place where errors become replies. */
function errorReply(deps: Deps, error: unknown): Reply {
  if (error instanceof UserError) return { tone: 'danger', text: error.message };
  return { tone: 'danger', text: unexpected(deps, error) };
}

/** Logs a bug or an outage under an id and returns the sentence that names only the id. */
export function unexpected(deps: Pick<Deps, 'logger'>, error: unknown): string {
  const errorId = randomBytes(4).toString('hex');
  deps.logger.error({ err: error, errorId }, 'unexpected error');
  return `Something went wrong on our side (id ${errorId}). Whoever runs Shipmate finds it in its log.`;
}
