import { recogniseGitHost } from './registry.ts';

/** What git gives a host for a token. */
export interface TokenAccount {
  token: string;
  /** Undefined where any will do. */
  username?: string;
}

/**
 * The account that git has to name beside a token. Bitbucket Cloud wants one for each kind: API tokens are given with the
 * address of their owner, `ada@example.com:ATATT…`, which its API takes and its git does not.
 * @see https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/
 */
export function tokenAccount(cloneUrl: string, given: string): TokenAccount {
  const host = URL.canParse(cloneUrl) ? recogniseGitHost(new URL(cloneUrl).hostname) : undefined;
  if (host !== 'bitbucket') return { token: given };
  const [, owner, secret = ''] = /^([^:]{1,200}):(.+)$/.exec(given) ?? [];
  const token = owner === undefined ? given : secret;
  if (owner?.includes('@') === false) return { token, username: owner };
  const isOfPerson = owner !== undefined || token.startsWith('ATATT');
  return { token, username: isOfPerson ? 'x-bitbucket-api-token-auth' : 'x-token-auth' };
}
