import { setTimeout as delay } from 'node:timers/promises';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { formatTime } from '../../units/times.ts';
import { askForApproval } from '../../usecases/assistants/ask-for-approval.ts';
import { readRequest, type RequestState } from '../../usecases/assistants/read-request.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Command } from '../command.ts';
import { decodeJson } from '../decode-input.ts';
import { type LineValue, writeLine } from '../write-line.ts';
import type { Assistant } from './assistant.ts';
import { followApproved } from './follow-deployment.ts';
import { toolError } from './tool-result.ts';
import type { Waiting } from './waiting.ts';

/** Between two looks at whether somebody has decided, milliseconds. */
const lookEveryMs = 500;
/** Of a line in a message to people, characters. */
const longestLine = 500;

/**
 * Asks a person, and waits a while for the decision. The input is checked first, so that nobody is asked to approve what
 * cannot run.
 * @throws {UsageError} when the input is wrong; {ConflictError} while too many requests wait.
 */
export async function askFirst(
  deps: Deps,
  { client, origin, token, user }: Assistant,
  { command, input }: { command: Command; input: Record<string, unknown> },
  waiting: Waiting,
): Promise<CallToolResult> {
  decodeJson(command, input);
  const line = lineFor(command, input);
  const named = namesIn(command, input);
  const id = await askForApproval(deps, { user, origin, token, client, command: command.name, line, input, named });
  return awaitAnswer(deps, user, id, waiting);
}

/** What came of a request and of the deployment that it began, once they have ended or the time is up. */
export async function awaitAnswer(
  deps: Deps,
  user: Assistant['user'],
  id: string,
  waiting: Waiting,
): Promise<CallToolResult> {
  const { signal, tell, waitMs } = waiting;
  const until = performance.now() + waitMs;
  for (;;) {
    const state = await readRequest(deps, user, id);
    if (!state) return toolError(`You have no request \`${id}\`.`);
    const answer = answerOf(state);
    if (answer) return followApproved(deps, state, answer, { ...waiting, waitMs: until - performance.now() });
    if (signal.aborted || performance.now() >= until) return stillWaiting(state);
    await tell(waitsFor(state));
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

function waitsFor({ id, line, status }: RequestState): string {
  const short = id.slice(0, 8);
  if (status === 'running') return `\`${line}\` is approved and runs.`;
  return `Waiting for a person to type \`approve ${short}\` or \`deny ${short}\`.`;
}

function answerOf({ answer, line, reason, status }: RequestState): CallToolResult | undefined {
  if (status === 'done') return answer as CallToolResult;
  if (status === 'denied') return toolError(`A person denied \`${line}\`: ${reason ?? 'no reason was given'}.`);
  if (status === 'expired')
    return toolError(`Nobody decided about \`${line}\` in time. Call the tool again to ask again.`);
  if (status === 'interrupted') {
    return toolError(
      `Shipmate stopped while \`${line}\` ran. Look whether it did what it should: \`audit\` lists changes.`,
    );
  }
  return undefined;
}

function stillWaiting({ expiresAt, id, line, status }: RequestState): CallToolResult {
  const short = id.slice(0, 8);
  const text =
    status === 'running'
      ? `\`${line}\` is approved and runs.`
      : `\`${line}\` has not run: a person has to approve it, with \`approve ${short}\` in chat, until ${formatTime(expiresAt)}.`;
  return {
    content: [{ type: 'text', text: `${text} \`approval_result\` with the id \`${short}\` tells what came of it.` }],
    structuredContent: { result: { request: id, status, expiresAt: expiresAt.toISOString() } },
  };
}

/** Of what may turn out to be a secret, people see the names alone: they read it where others may. */
function lineFor(command: Command, input: Record<string, unknown>): string {
  const values = Object.entries(input).map(([key, value]) => {
    const isHidden = command.options[key]?.confidential === true;
    return [key, isHidden ? hidden(value) : (value as LineValue)] as const;
  });
  const line = writeLine(command, Object.fromEntries(values));
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}

function hidden(value: unknown): LineValue {
  const one = (text: unknown) => String(text).replace(/^([A-Za-z_]\w{0,99}=)?[^]*$/, '$1…');
  return Array.isArray(value) ? value.map(one) : one(value);
}

function namesIn(command: Command, input: Record<string, unknown>) {
  return Object.entries(command.options).flatMap(([key, { completes: kind }]) => {
    const name = input[key];
    if (typeof name !== 'string') return [];
    return kind === 'application' || kind === 'database' || kind === 'domain' || kind === 'project'
      ? [{ kind, name }]
      : [];
  });
}
