import type { User, UserRole } from '../entities/user.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Origin } from '../usecases/origin.ts';
import type { Input, Options } from './options.ts';
import type { Reply } from '../replies/reply.ts';

interface CommandContext {
  origin: Origin;
  /** The person, once linked; only commands with role `anyone` may see undefined. */
  user: User | undefined;
  deps: Deps;
  /** Every command, for those that speak about commands. */
  commands: readonly Command[];
}

/** The context of a command that only a linked person may run. */
type LinkedContext = CommandContext & { user: User };

/** Who may run a command: a platform role that is at least this, or anyone, linked or not. */
type RequiredRole = UserRole | 'anyone';

/**
 * Who sees the answer. `person`: only whoever asked, as for reads and always for secrets. `channel`: everybody there,
 * since something changed. `live-message`: the channel sees the deployment's live message and the person a note; where
 * no deployment comes of it, the answer is the channel's. A refusal is always the person's.
 */
export type Audience = 'person' | 'channel' | 'live-message';

/** Everything about one thing a person may ask for. Text parsing, help, JSON schema and routes derive from it. */
export interface Command<O extends Options = Options> {
  /** `deploy`, or noun and verb: `project create`. */
  name: string;
  summary: string;
  role: RequiredRole;
  /** It changes nothing: dispatch records that it was run. Others record what they did, in their transaction. */
  reads?: true;
  /** Resolved with the line, so that a bot knows it before it acknowledges. */
  answers(input: Input<O>): Audience;
  options: O;
  /**
   * The options that a form asks for, at most five (what a Discord modal holds). Platforms with forms open it when the
   * bare command is given although options are required, and for actions that say so.
   */
  form?: readonly string[];
  /** Example lines for the help, without the leading `ship`. */
  examples?: string[];
  run(context: CommandContext, input: Input<O>): Promise<Reply>;
}

/** A command as it is written: `answers` is a function only where an option decides who sees the answer. */
interface Declaration<O extends Options> extends Omit<Command<O>, 'answers'> {
  answers: Audience | ((input: Input<O>) => Audience);
}

/** A command for linked persons: dispatch lets nobody else reach `run`, so it always sees a user. */
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
