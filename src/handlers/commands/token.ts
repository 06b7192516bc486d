import { createToken, listTokens, revokeToken } from '../../usecases/people/api-tokens.ts';
import type { Deps } from '../../usecases/deps.ts';
import { defineCommand } from '../command.ts';
import { type McpMode, mcpModes } from '../../entities/api-token.ts';
import { choice, confidential, named, optional, text } from '../options.ts';
import { formatAgo } from '../../units/times.ts';

export const tokenCreate = defineCommand({
  name: 'token create',
  summary: 'Create a bearer token for the HTTP API and the command line, or for an assistant',
  role: 'viewer',
  peopleOnly: true,
  answers: 'person',
  options: {
    name: confidential(text('What the token is for, e.g. `ci`')),
    mcp: optional(named(choice('For an assistant: it may read, write, or ask a person before each change', mcpModes))),
  },
  examples: ['token create ci', 'token create claude --mcp ask'],
  async run({ deps, user, origin }, { mcp, name }) {
    const token = await createToken(deps, { user, name, mcp, origin });
    return {
      tone: 'success',
      private: true,
      title: `Token \`${name}\``,
      text: mcp ? forAssistant(deps, mcp) : 'It acts with your role. Store it now: it is not shown again.',
      code: `SHIPMATE_TOKEN=${token}`,
      data: { name, token, ...(mcp && { mcp }) },
    };
  },
});

function forAssistant({ config }: Pick<Deps, 'config'>, mcp: McpMode): string {
  const may = {
    read: 'It reads what you may read, and changes nothing.',
    write: 'It reads and changes whatever you may, unasked.',
    ask: 'It reads what you may read, and asks before each change: a person decides with `approve` or `deny`.',
  };
  return `${may[mcp]} It opens ${new URL('/mcp', config.publicUrl).href} and nothing else. Store it now: it is not shown again.`;
}

export const tokenList = defineCommand({
  name: 'token list',
  summary: 'List your tokens',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {},
  async run({ deps, user }) {
    const tokens = await listTokens(deps, user);
    if (tokens.length === 0)
      return { tone: 'info', text: 'You have no tokens. `token create <name>` creates one.', data: [] };
    return {
      tone: 'info',
      title: 'Your tokens',
      table: {
        columns: ['Name', 'Created', 'Last used', 'Assistant'],
        rows: tokens.map((one) => [
          one.name,
          formatAgo(one.createdAt),
          one.lastUsedAt ? formatAgo(one.lastUsedAt) : 'never',
          one.mcp ?? '',
        ]),
      },
      data: tokens.map(({ createdAt, lastUsedAt, mcp, name }) => ({
        name,
        createdAt,
        lastUsedAt: lastUsedAt ?? null,
        mcp: mcp ?? null,
      })),
    };
  },
});

export const tokenRevoke = defineCommand({
  name: 'token revoke',
  summary: 'Revoke one of your tokens',
  role: 'viewer',
  peopleOnly: true,
  answers: 'person',
  options: { name: confidential(text('Name of the token')) },
  async run({ deps, user, origin }, { name }) {
    await revokeToken(deps, { user, name, origin });
    return { tone: 'success', text: `Token \`${name}\` is revoked.`, data: { name } };
  },
});
