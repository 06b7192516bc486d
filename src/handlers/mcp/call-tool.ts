import type { CallToolResult } from '@modelcontextprotocol/server';
import type { User } from '../../entities/user.ts';
import { ForbiddenError, NotFoundError, UserError } from '../../errors.ts';
import { roleAtLeast } from '../../usecases/access/roles.ts';
import { logUnexpected } from '../../unexpected-error.ts';
import type { Deps } from '../../usecases/deps.ts';
import { quoted } from '../../quoted.ts';
import type { Command } from '../command.ts';
import type { Dispatcher } from '../dispatch.ts';
import { approvalResult, approvalTool } from './approval-tool.ts';
import { askFirst } from './ask-first.ts';
import { type Assistant, isTool } from './assistant.ts';
import { followDeployment } from './follow-deployment.ts';
import { toolError, toolResult } from './tool-result.ts';
import { toolName } from './tools.ts';
import type { Waiting } from './waiting.ts';

export interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}

/** What a call needs of Shipmate. */
export interface Ship {
  deps: Deps;
  dispatcher: Dispatcher;
}

/** Runs a command as its person, through the same gate as every other request. Never throws: mistakes are answers. */
export async function callTool(
  ship: Ship,
  assistant: Assistant,
  call: ToolCall,
  waiting: Waiting,
): Promise<CallToolResult> {
  try {
    return await run(ship, assistant, call, waiting);
  } catch (error) {
    if (error instanceof UserError) return toolError(error.message);
    return toolError(logUnexpected(ship.deps, error, 'unexpected error', { tool: call.name }).sentence);
  }
}

async function run(
  { deps, dispatcher }: Ship,
  assistant: Assistant,
  { input, name }: ToolCall,
  waiting: Waiting,
): Promise<CallToolResult> {
  if (name === approvalTool.name) return approvalResult(deps, assistant, input, waiting);
  const command = dispatcher.commands.find((one) => isTool(one) && toolName(one) === name);
  if (!command) throw new NotFoundError(`There is no tool ${quoted(name)}. \`tools/list\` lists them.`);
  requirePermitted(command, assistant, input);
  const { mode, origin, user } = assistant;
  if (mode === 'ask' && !command.reads && mayRun(command, user)) {
    return askFirst(deps, assistant, { command, input }, waiting);
  }
  const reply = await dispatcher.execute({ command: command.name, input }, origin, user);
  return toolResult(command.reads ? reply : await followDeployment(deps, reply, waiting));
}

/** Who lacks the role is refused at once, by the gate, which records it. */
function mayRun({ role }: Command, user: User): boolean {
  return role === 'anyone' || roleAtLeast(user.role, role);
}

/** @throws {ForbiddenError} for what no assistant, or not this one, may do. */
function requirePermitted(command: Command, { mode }: Assistant, input: Record<string, unknown>): void {
  const secret = Object.keys(input).find((key) => command.options[key]?.kind === 'secret');
  if (secret !== undefined) {
    throw new ForbiddenError(
      `\`${secret}\` is a secret. A person gives it, in chat or on the command line: assistants neither get nor give secrets.`,
    );
  }
  if (mode !== 'read' || command.reads) return;
  throw new ForbiddenError(
    `\`${command.name}\` changes something, and this token only reads. A person can run it, or make another token: \`token create <name> --mcp ask\`.`,
  );
}
