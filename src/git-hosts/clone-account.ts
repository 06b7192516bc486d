import { gitHosts, recogniseGitHost } from './registry.ts';

/** Access tokens that people may take for an account, and that have to be refused as such. */
const token = /^(?:AT(?:BB|CTT|ATT)|BBDC-|x-token)/i;

/** The clone URL without the account that the host's clone button writes into it; as it is for every other host. */
export function withoutAccount(cloneUrl: string): string {
  const [, scheme, account = '', rest = ''] = /^(https?:\/\/)([\w.-]{1,30})@([^@]+)$/i.exec(cloneUrl) ?? [];
  if (scheme === undefined || token.test(account)) return cloneUrl;
  const url = `${scheme}${rest}`;
  const host = URL.canParse(url) ? recogniseGitHost(new URL(url).hostname) : undefined;
  return host !== undefined && gitHosts[host].namesAccount ? url : cloneUrl;
}
