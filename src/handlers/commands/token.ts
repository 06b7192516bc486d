import { createToken, listTokens, revokeToken } from '../../usecases/people/api-tokens.ts';
import { defineCommand } from '../command.ts';
import { confidential, text } from '../options.ts';
import { formatAgo } from '../../units/times.ts';

export const tokenCreate = defineCommand({
  name: 'token create',
  summary: 'Create a bearer token for the HTTP API and the command line',
  role: 'viewer',
  answers: 'person',
  options: { name: confidential(text('What the token is for, e.g. `ci`')) },
  examples: ['token create ci'],
  async run({ deps, user, origin }, { name }) {
    const token = await createToken(deps, { user, name, origin });
    return {
      tone: 'success',
      private: true,
      title: `Token \`${name}\``,
      text: 'It acts with your role. Store it now: it is not shown again.',
      code: `SHIPMATE_TOKEN=${token}`,
      data: { name, token },
    };
  },
});

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
        columns: ['Name', 'Created', 'Last used'],
        rows: tokens.map((one) => [
          one.name,
          formatAgo(one.createdAt),
          one.lastUsedAt ? formatAgo(one.lastUsedAt) : 'never',
        ]),
      },
      data: tokens.map(({ name, createdAt, lastUsedAt }) => ({ name, createdAt, lastUsedAt: lastUsedAt ?? null })),
    };
  },
});

export const tokenRevoke = defineCommand({
  name: 'token revoke',
  summary: 'Revoke one of your tokens',
  role: 'viewer',
  answers: 'person',
  options: { name: confidential(text('Name of the token')) },
  async run({ deps, user, origin }, { name }) {
    await revokeToken(deps, { user, name, origin });
    return { tone: 'success', text: `Token \`${name}\` is revoked.`, data: { name } };
  },
});
