import type { Config } from '../../config.ts';
import { hasPublicHost } from '../../public-address.ts';
import type { Deps } from '../deps.ts';
import { reachOf } from './host-reach.ts';
import { unreachableHosts } from './unreachable-hosts.ts';

/** What cannot reach `SHIPMATE_PUBLIC_URL`, or should not, with what to set. */
export async function publicUrlWarnings(deps: Pick<Deps, 'config' | 'database'>): Promise<string[]> {
  return [...chatWarnings(deps.config), ...encryptionWarnings(deps.config), ...(await unreachableHosts(deps))];
}

function chatWarnings({ discord, publicUrl, slack }: Pick<Config, 'discord' | 'publicUrl' | 'slack'>): string[] {
  const isPublic = reachOf(new URL(publicUrl).hostname) === 'everywhere';
  const byHttp = slack !== undefined && slack.appToken === undefined;
  return [
    ...((slack ?? discord) && !hasPublicHost(publicUrl)
      ? ['links in chat lead nowhere for others: set SHIPMATE_PUBLIC_URL']
      : []),
    ...(byHttp && !(isPublic && publicUrl.startsWith('https:'))
      ? [
          `Slack cannot reach \`${publicUrl}/slack/events\`: it takes public addresses with https alone. ` +
            'Set SHIPMATE_PUBLIC_URL to one, or use Socket Mode: SLACK_APP_TOKEN.',
        ]
      : []),
  ];
}

function encryptionWarnings({ publicUrl }: Pick<Config, 'publicUrl'>): string[] {
  const { hostname, protocol } = new URL(publicUrl);
  if (protocol === 'https:' || reachOf(hostname) === 'this machine') return [];
  return [
    `\`${publicUrl}\` is not encrypted: tokens and sign-in links can be read on the way. ` +
      'Set SHIPMATE_PUBLIC_URL to an https address, see docs/operation.md.',
  ];
}
