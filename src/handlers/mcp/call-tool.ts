import type { CallToolResult } from '@modelcontextprotocol/server';
import { UserError } from '../../errors.ts';
import { logUnexpected } from '../../unexpected-error.ts';
import type { Deps } from '../../usecases/deps.ts';
import { quoted } from '../../quoted.ts';
import type { Command } from '../command.ts';
import type { Dispatcher } from '../dispatch.ts';
import { type Assistant, isTool } from './assistant.ts';
import { toolError, toolResult } from './tool-result.ts';
import { toolName } from './tools.ts';

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
  { deps, dispatcher }: Ship,
  assistant: Assistant,
  call: ToolCall,
): Promise<CallToolResult> {
  const command = dispatcher.commands.find((one) => isTool(one) && toolName(one) === call.name);
  if (!command) return toolError(`There is no tool ${quoted(call.name)}. \`tools/list\` lists them.`);
  const refusal = refusalOf(command, assistant, call);
  if (refusal !== undefined) return toolError(refusal);
  try {
    const { origin, user } = assistant;
    const reply = await dispatcher.execute({ command: command.name, input: call.input }, origin, user);
    return toolResult(reply);
  } catch (error) {
    if (error instanceof UserError) return toolError(error.message);
    return toolError(logUnexpected(deps, error, 'unexpected error', { tool: call.name }).sentence);
  }
}

function refusalOf(command: Command, { mode }: Assistant, { input }: ToolCall): string | undefined {
  const secret = Object.keys(input).find((key) => command.options[key]?.kind === 'secret');
  if (secret !== undefined) {
    return `\`${secret}\` is a secret. A person gives it, in chat or on the command line: assistants neither get nor give secrets.`;
  }
  if (command.reads || mode === 'write') return undefined;
  return `\`${command.name}\` changes something, and this token only reads. A person can run it, or make another token: \`token create <name> --mcp ask\`.`;
}
