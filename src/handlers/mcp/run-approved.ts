import type { CallToolResult } from '@modelcontextprotocol/server';
import { UserError } from '../../errors.ts';
import type { Reply } from '../../replies/reply.ts';
import { logUnexpected } from '../../unexpected-error.ts';
import { type ApprovedRequest, endRequest } from '../../usecases/assistants/decide-request.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Origin } from '../../usecases/origin.ts';
import type { Dispatcher } from '../dispatch.ts';
import { toolError, toolResult, withoutSecrets } from './tool-result.ts';

/**
 * Runs what an assistant asked for, as the person in whose name it asked: with the role that they have now.
 * @returns what the person who approved reads. The secrets in it only they read in whose name it ran.
 */
export async function runApproved(
  deps: Deps,
  { execute }: Dispatcher,
  request: ApprovedRequest,
  approver: { id: string; username: string },
): Promise<Reply> {
  const { answer, reply } = await attempt(deps, execute, request, approver.username);
  await endRequest(deps, request.id, { answer, deployment: reply.deploymentId });
  const shown = reply.private && approver.id !== request.user.id ? withoutSecrets(reply) : reply;
  const head = `Approved \`${request.line.replaceAll('`', "'")}\`, for ${request.client}.`;
  return { ...shown, text: [head, shown.text].filter(Boolean).join('\n') };
}

async function attempt(
  deps: Deps,
  execute: Dispatcher['execute'],
  { client, command, input, user }: ApprovedRequest,
  by: string,
): Promise<{ reply: Reply; answer: CallToolResult }> {
  try {
    const reply = await execute({ command, input }, originOf(client, user, by), user);
    return { reply, answer: toolResult(reply) };
  } catch (error) {
    const text = error instanceof UserError ? error.message : logUnexpected(deps, error, 'unexpected error').sentence;
    return { reply: { tone: 'danger', text }, answer: toolError(text) };
  }
}

function originOf(client: string, { id, username }: ApprovedRequest['user'], by: string): Origin {
  return {
    platform: 'http',
    workspace: 'api',
    channel: 'mcp',
    shared: false,
    account: id,
    accountName: username,
    assistant: client,
    userAgent: `${client} by MCP (approved by ${by})`,
  };
}
