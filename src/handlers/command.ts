import type { UserRole } from '../entities/user.ts';
import type { User } from '../entities/user.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Input, Options } from './options.ts';
import type { Reply } from './reply.ts';

/** Where a request came from and who made it, as the platform knows them. */
export interface Origin {
  platform: 'console' | 'slack' | 'discord' | 'http';
  workspace: string;
  channel: string;
  /** The platform's id of the account. */
  account: string;
  /** How the person is called there. */
  accountName: string;
  ipAddress?: string;
  userAgent?: string;
}

export interface CommandContext {
  origin: Origin;
  /** The person, once linked; only commands with role `anyone` may see undefined. */
  user: User | undefined;
  deps: Deps;
}

/** Who may run a command: a platform role that is at least this, or anyone, linked or not. */
export type RequiredRole = UserRole | 'anyone';

/** Everything about one thing a person may ask for. Text parsing, help, JSON schema and routes derive from it. */
export interface Command<O extends Options = Options> {
  /** `deploy`, or noun and verb: `project create`. */
  name: string;
  summary: string;
  role: RequiredRole;
  options: O;
  /** Example lines for the help, without the leading `ship`. */
  examples?: string[];
  run(context: CommandContext, input: Input<O>): Promise<Reply>;
}

export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}
