import type { Tool } from '@modelcontextprotocol/server';
import type { Command } from '../command.ts';
import { whoMay } from '../command-help.ts';
import { inputSchema } from '../input-schema.ts';
import type { Option } from '../options.ts';
import { approvalTool } from './approval-tool.ts';
import { type Assistant, isOffered } from './assistant.ts';

/** Verbs that only add: nothing that is there changes or goes. */
const adding = new Set(['add', 'attach', 'backup', 'create', 'invite', 'open', 'verify']);
/** Verbs that change nothing more when they are said twice. */
const repeatable = new Set([
  'archive',
  'cancel',
  'clear',
  'delete',
  'detach',
  'disable',
  'enable',
  'lock',
  'pin',
  'remove',
  'role',
  'scale',
  'set',
  'start',
  'stop',
  'timezone',
  'unlock',
  'unset',
]);

/** The name of a command's tool, legal with every client and model: `app create` is `app_create`. */
export function toolName({ name }: Pick<Command, 'name'>): string {
  return name.replaceAll(/[^\w-]/g, '_');
}

/** What the assistant may call. Secret values are given by people alone, so no tool takes one. */
export function toolsFor(commands: readonly Command[], assistant: Assistant): Tool[] {
  const tools = commands
    .filter((command) => isOffered(command, assistant))
    .map((command) => toolOf(command, assistant));
  return assistant.mode === 'ask' ? [...tools, approvalTool] : tools;
}

function toolOf(command: Command, { mode }: Assistant): Tool {
  return {
    name: toolName(command),
    title: command.name,
    description: describe(command, mode),
    inputSchema: inputSchema({ ...command, options: openOptions(command) }) as Tool['inputSchema'],
    annotations: { title: command.name, ...hintsOf(command), openWorldHint: false },
  };
}

function describe(command: Command, mode: Assistant['mode']): string {
  const [example] = command.examples ?? [];
  return [
    `${command.summary}.`,
    ...(mode === 'ask' && !command.reads ? ['A person has to approve it first.'] : []),
    `Who may: ${whoMay(command)}.`,
    ...(example === undefined ? [] : [`As a line, in chat: \`${example}\`.`]),
  ].join(' ');
}

/** What the declaration tells clients that ask people before some calls. */
export function hintsOf({ name, reads }: Pick<Command, 'name' | 'reads'>) {
  const verb = name.split(' ').at(-1) ?? '';
  if (reads) return { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
  return { readOnlyHint: false, destructiveHint: !adding.has(verb), idempotentHint: repeatable.has(verb) };
}

/** All but the secret ones. */
function openOptions({ options }: Command): Record<string, Option<unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([, option]) => option.kind !== 'secret'));
}
