import type { User, UserRole } from '../entities/user.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Origin } from '../usecases/origin.ts';
import type { Input, Options } from './options.ts';
import type { Offered } from '../usecases/overview/pickable-applications.ts';
import type { Reply } from '../replies/reply.ts';

interface CommandContext {
  origin: Origin;
  /** The person, once linked; only commands with role `anyone` may see undefined. */
  user: User | undefined;
  deps: Deps;
  /** Every command, for commands about commands such as `help`. */
  commands: readonly Command[];
}

/** The context of a command that only a linked person may run. */
type LinkedContext = CommandContext & { user: User };

/** Who may run a command: a platform role that is at least this, or anyone, linked or not. */
type RequiredRole = UserRole | 'anyone';

/**
 * Who sees the answer. `person`: only the person who asked, for reads and always for secrets. `channel`: everyone in it,
 * since something changed. `live-message`: the channel sees the deployment's live message and the person a note; when
 * no deployment results, the channel sees the answer. Refusals always go to the person only.
 */
export type Audience = 'person' | 'channel' | 'live-message';

/** The whole declaration of one command. Text parsing, help, JSON schema and routes derive from it. */
export interface Command<O extends Options = Options> {
  /** `deploy`, or noun and verb: `project create`. */
  name: string;
  summary: string;
  role: RequiredRole;
  /** Its noun alone means it: `here` is `here show`. */
  bare?: true;
  /** Typed as a whole line where a platform has no place for every command. */
  rare?: true;
  /** Changes nothing, so dispatch records that it ran. Other commands record what they did, in their transaction. */
  reads?: true;
  /** Decides for a person, takes a secret, or always answers with one: assistants have no tool for it. */
  peopleOnly?: true;
  /** Resolved with the line, so that a bot knows it before it acknowledges. */
  answers(input: Input<O>): Audience;
  options: O;
  /**
   * The options in the command's form, at most five (Discord's limit for a modal). Platforms with forms open it when
   * required options are missing, and for actions marked `form`.
   */
  form?: readonly string[];
  /** Alone, it offers these applications to choose from, where a platform can. */
  offers?: Offered;
  /** Example lines for the help, without the leading `ship`. */
  examples?: string[];
  run(context: CommandContext, input: Input<O>): Promise<Reply>;
}

/** A command as declared: `answers` is a function only where an option decides who sees the answer. */
interface Declaration<O extends Options> extends Omit<Command<O>, 'answers'> {
  answers: Audience | ((input: Input<O>) => Audience);
}

/** A command for linked people: dispatch lets nobody else reach `run`, so there is always a user. */
interface LinkedCommand<O extends Options> extends Omit<Declaration<O>, 'role' | 'run'> {
  role: UserRole;
  run(context: LinkedContext, input: Input<O>): Promise<Reply>;
}

interface OpenCommand<O extends Options> extends Omit<Declaration<O>, 'role'> {
  role: 'anyone';
}

export function defineCommand<const O extends Options>(command: LinkedCommand<O> | OpenCommand<O>): Command<O> {
  const declared = command.answers;
  const answers = typeof declared === 'function' ? declared : () => declared;
  if (command.role === 'anyone') return { ...command, answers };
  const { run, ...declaration } = command;
  return {
    ...declaration,
    answers,
    run(context, input) {
      const { user } = context;
      if (!user) throw new Error(`\`${command.name}\` was run for nobody`);
      return run({ ...context, user }, input);
    },
  };
}
