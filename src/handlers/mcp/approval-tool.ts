import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import { UsageError } from '../../errors.ts';
import { newestRequest } from '../../usecases/assistants/read-request.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Assistant } from './assistant.ts';
import { awaitAnswer } from './ask-first.ts';
import type { Waiting } from './waiting.ts';

/** Not a command: only assistants wait for people. */
export const approvalTool: Tool = {
  name: 'approval_result',
  title: 'approval result',
  description:
    'What came of a change that a person has to approve, and how the deployment ended that it began: waits a while for it.',
  inputSchema: {
    type: 'object',
    properties: {
      request: {
        type: 'string',
        description: 'Id of the request, or its first eight characters; default: what was asked for last',
      },
    },
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

/** @throws {UsageError} for what is no id, and without one where nothing was asked for. */
export async function approvalResult(
  deps: Deps,
  { token, user }: Assistant,
  input: Record<string, unknown>,
  waiting: Waiting,
): Promise<CallToolResult> {
  // A client whose own time was up has no id.
  const { request = await newestRequest(deps, user, token) } = input;
  if (request === undefined) throw new UsageError('Nothing was asked for yet. Call the tool of a command.');
  if (typeof request !== 'string') throw new UsageError('`request` is the id of a request, e.g. `3f2c1ab4`.');
  // Who asks again wants to know the end.
  return awaitAnswer(deps, user, request, { ...waiting, toTheEnd: true });
}
