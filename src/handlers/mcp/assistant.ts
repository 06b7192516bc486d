import type { McpMode } from '../../entities/api-token.ts';
import type { User } from '../../entities/user.ts';
import { roleAtLeast } from '../../usecases/access/roles.ts';
import type { Origin } from '../../usecases/origin.ts';
import type { Command } from '../command.ts';

/** A program that speaks the Model Context Protocol, and the person for whom it acts. */
export interface Assistant {
  user: User;
  origin: Origin;
  mode: McpMode;
  /** Id of its token; undefined over the machine's own socket. */
  token: string | undefined;
  /** Its name and version, as it says. */
  client: string;
  /** First words of the commands that it wants; undefined: all. */
  wanted: readonly string[] | undefined;
  /** How long a call waits for a person or a deployment, as its address says; milliseconds. */
  waitMs: number | undefined;
}

/** Whether there is a tool for the command: what only people do is none, whatever the token. */
export function isTool(command: Command): boolean {
  return !command.peopleOnly;
}

/** Whether the assistant is shown the command's tool: what it could not run anyway would only mislead it. */
export function isOffered(command: Command, { mode, user, wanted }: Assistant): boolean {
  if (!isTool(command) || (mode === 'read' && !command.reads)) return false;
  if (wanted && !wanted.includes(command.name.split(' ')[0] ?? '')) return false;
  return command.role === 'anyone' || roleAtLeast(user.role, command.role);
}
