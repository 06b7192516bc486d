import type { User } from '../entities/user.ts';
import { ForbiddenError, OutdatedError, UnauthenticatedError, UnavailableError, UserError } from '../errors.ts';
import { logUnexpected } from '../unexpected-error.ts';
import type { Deps } from '../usecases/deps.ts';
import { hasApps } from '../usecases/host-apps/has-apps.ts';
import { grantersOf, identify } from '../usecases/people/identify.ts';
import type { Origin } from '../usecases/origin.ts';
import { roleAtLeast } from '../usecases/access/roles.ts';
import type { Command } from './command.ts';
import { maySuggest } from './command-form.ts';
import { complete, completeOption, type Completions, type OptionFragment } from './completions.ts';
import { isAboutApplication, offeredApplications, withChannelDefault } from './channel-default.ts';
import { refusalOf } from './constraint-sentences.ts';
import { withReadersTimes } from './readers-times.ts';
import { recordRead, recordRefused } from './record-command.ts';
import type { Reply } from '../replies/reply.ts';
import { type Ask, type CommandRequest, type KnownRequest, readRequest } from './command-request.ts';
import type { Tokenise } from './tokenise.ts';
import { NoSuchCommandError } from './unknown-command.ts';

export interface Dispatcher {
  commands: readonly Command[];
  /** Parses a line or a call once, for callers that need to inspect it before it runs. */
  read(ask: Ask): CommandRequest;
  /**
   * The request as it is meant in the channel, and the applications that it offers when it is a command alone. A sentence
   * that says word for word what a command shows is that command.
   */
  meant(request: CommandRequest, origin: Origin): Promise<Meant>;
  /** Runs a request and always replies: errors become replies. */
  dispatch(asked: Ask | CommandRequest, origin: Origin): Promise<Reply>;
  /**
   * The same for callers that map errors themselves (HTTP). `user` when the caller has identified the person.
   * @throws {UserError} and, for bugs and outages, anything else.
   */
  execute(asked: Ask | CommandRequest, origin: Origin, user?: User): Promise<Reply>;
  /** Completions for the end of an unfinished line; `user` as for `execute`. */
  complete(line: string, origin: Origin, user?: User): Promise<Completions>;
  /** Whole lines that begin as typed and that the person may run, for platforms that offer no single words. */
  completeLine(line: string, origin: Origin, most: number): Promise<string[]>;
  /** Candidates for one option, for platforms that ask for options one by one; at most 100. */
  completeOption(given: OptionFragment, origin: Origin): Promise<string[]>;
}

/** What a bot needs to know before it runs a request. */
export interface Meant {
  request: CommandRequest;
  offers: string[];
  /** Whether its form has repositories to pick from, as `completeOption` finds them. */
  suggests?: boolean;
  /** It is no command, and asks for what commands do: the answer offers the nearest ones. */
  asks?: boolean;
}

/**
 * find → decode → identify → authorise → run. The first two read the line, once.
 * @param tokenise Splits the lines that are read (default: as a shell would).
 */
export function createDispatcher(deps: Deps, commands: readonly Command[], tokenise?: Tokenise): Dispatcher {
  function read(ask: Ask): CommandRequest {
    return readRequest(commands, ask, tokenise);
  }

  async function execute(asked: Ask | CommandRequest, origin: Origin, known?: User): Promise<Reply> {
    const given = 'decoded' in asked ? asked : read(asked);
    if (!given.command) throw given.decoded;
    const user = known ?? (await identify(deps, origin));
    const request = await withChannelDefault(deps, commands, given, { origin, user });
    if (!request.command) throw request.decoded;
    try {
      await authorise(deps, request.command, user);
      return await run(request, origin, user);
    } catch (error) {
      const shown = refusalOf(error) ?? error;
      if (user && shown instanceof UserError && !(shown instanceof UnavailableError))
        await recordRefused(deps, request, { user, origin, error: shown });
      throw shown;
    }
  }

  async function run(request: KnownRequest, origin: Origin, user: User | undefined): Promise<Reply> {
    const { command, decoded } = request;
    if (decoded instanceof UserError) throw decoded;
    const { input, missing } = decoded;
    if (missing.length > 0) return { tone: 'info', text: 'This needs a secret, asked for in private.', asks: missing };
    const reply = await command.run({ origin, user, deps, commands }, input);
    if (user && command.reads) await recordRead(deps, { command, input }, { user, origin });
    return withReadersTimes(reply, { origin, user });
  }

  /** Why something was refused often has a time in it. */
  async function refused(reply: Reply, origin: Origin): Promise<Reply> {
    try {
      return /\d UTC/.test(reply.text ?? '')
        ? await withReadersTimes(reply, { origin, user: await identify(deps, origin) })
        : reply;
    } catch {
      return reply;
    }
  }

  async function sentence(given: CommandRequest, origin: Origin): Promise<Meant> {
    const { meaningsOf } = await import('./meanings.ts');
    const { asks, exact, nearest } = await meaningsOf(deps, commands, given.line, await identify(deps, origin));
    if (exact) return { request: read({ line: exact.line }), offers: [] };
    return { request: given, offers: [], asks: asks && nearest.length > 0 };
  }

  /** Of a sentence that is no command: the nearest ones to choose from. */
  async function offered(asked: Ask | CommandRequest, origin: Origin): Promise<Reply | undefined> {
    if (!('line' in asked)) return undefined;
    const { didYouMeanReply, meaningsOf } = await import('./meanings.ts');
    const { nearest } = await meaningsOf(deps, commands, asked.line, await identify(deps, origin));
    return nearest.length > 0 ? didYouMeanReply(nearest) : undefined;
  }

  return {
    commands,
    read,
    execute,
    async meant(given, origin) {
      // Only what lacks something is looked at, so that all else is acknowledged without a query.
      if (maySuggest(given)) return { request: given, offers: [], suggests: await hasApps(deps) };
      if (given.decoded instanceof NoSuchCommandError) return sentence(given, origin);
      if (!isAboutApplication(given)) return { request: given, offers: [] };
      const user = await identify(deps, origin);
      const request = await withChannelDefault(deps, commands, given, { origin, user });
      const offers = request === given ? await offeredApplications(deps, given, { origin, user }) : [];
      return { request, offers };
    },
    async dispatch(asked, origin) {
      try {
        return await execute(asked, origin);
      } catch (error) {
        const meant =
          error instanceof NoSuchCommandError ? await offered(asked, origin).catch(() => undefined) : undefined;
        return meant ?? refused(errorReply(deps, error), origin);
      }
    },
    async complete(line, origin, known) {
      return complete(commands, line, { deps, user: known ?? (await identify(deps, origin)) });
    },
    async completeLine(line, origin, most) {
      const { completeLines } = await import('./complete-lines.ts');
      return completeLines(commands, line, { deps, user: await identify(deps, origin) }, most);
    },
    async completeOption(given, origin) {
      return completeOption(commands, given, { deps, user: await identify(deps, origin) });
    },
  };
}

async function authorise(deps: Deps, command: Command, user: User | undefined): Promise<void> {
  if (command.role === 'anyone') return;
  if (!user) throw new UnauthenticatedError(`Your account isn’t linked yet. ${await howToLink(deps)}`);
  if (roleAtLeast(user.role, command.role)) return;
  const granters = await grantersOf(deps, command.role);
  const who = granters.length > 0 ? granters.join(', ') : 'a super_admin';
  throw new ForbiddenError(
    `\`${command.name}\` needs the role \`${command.role}\`; yours is \`${user.role}\`. Ask someone who can grant it: ${who}.`,
  );
}

async function howToLink(deps: Deps): Promise<string> {
  // Whoever is the first has no teammate to ask.
  if ((await grantersOf(deps, 'super_admin')).length === 0)
    return 'Nobody is `super_admin` yet: become the first with `link <code>`; Shipmate prints the code when it starts.';
  return 'Ask a teammate to run `link --invite developer`, then send me `link <code>`.';
}

/** The one place where errors become replies. */
function errorReply(deps: Deps, error: unknown): Reply {
  if (error instanceof OutdatedError)
    return { tone: 'warning', text: error.message, actions: error.offers, private: true };
  if (error instanceof UserError) return { tone: 'danger', text: error.message };
  return { tone: 'danger', text: logUnexpected(deps, error, 'unexpected error').sentence };
}
