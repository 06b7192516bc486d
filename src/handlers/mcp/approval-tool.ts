import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import { UsageError } from '../../errors.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Assistant } from './assistant.ts';
import { awaitAnswer, type Waiting } from './ask-first.ts';

/** Not a command: only assistants wait for people. */
export const approvalTool: Tool = {
  name: 'approval_result',
  title: 'approval result',
  description: 'What came of a change that a person has to approve: waits a while for it.',
  inputSchema: {
    type: 'object',
    properties: { request: { type: 'string', description: 'Id of the request, or its first eight characters' } },
    required: ['request'],
    additionalProperties: false,
  },
  annotations: {
    title: 'approval result',
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
};

/** @throws {UsageError} without an id. */
export async function approvalResult(
  deps: Deps,
  { user }: Assistant,
  input: Record<string, unknown>,
  waiting: Waiting,
): Promise<CallToolResult> {
  const { request } = input;
  if (typeof request !== 'string') throw new UsageError('`approval_result` needs `request`: the id of the request.');
  return awaitAnswer(deps, user, request, waiting);
}
