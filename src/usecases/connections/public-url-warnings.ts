import type { Config } from '../../config.ts';
import { capitalised } from '../../word-lists.ts';
import { hasPublicHost } from '../../public-address.ts';
import type { Deps } from '../deps.ts';
import { reachOf } from './host-reach.ts';
import { unreachableHosts } from './unreachable-hosts.ts';

/** What is known of a chat platform. */
export interface Chat {
  platform: string;
  /** Whether it is part of this process. */
  local: boolean;
  /** `instead`: what to set when its requests cannot reach Shipmate; absent when none have to. */
  http?: { path: string; instead?: string };
}

/** What cannot reach `SHIPMATE_PUBLIC_URL`, or should not, with what to set. */
export async function publicUrlWarnings(
  deps: Pick<Deps, 'config' | 'database'>,
  chats: readonly Chat[],
): Promise<string[]> {
  const others = chats.filter(({ local }) => !local);
  return [...chatWarnings(deps.config, others), ...encryptionWarnings(deps.config), ...(await unreachableHosts(deps))];
}

function chatWarnings({ publicUrl }: Pick<Config, 'publicUrl'>, chats: readonly Chat[]): string[] {
  const isReached = reachOf(new URL(publicUrl).hostname) === 'everywhere' && publicUrl.startsWith('https:');
  const unreached = chats.flatMap(({ http, platform }) => {
    if (isReached || http?.instead === undefined) return [];
    return [
      `${capitalised(platform)} cannot reach \`${publicUrl}${http.path}\`: it takes public addresses with https alone. ` +
        `Set SHIPMATE_PUBLIC_URL to one, or ${http.instead}.`,
    ];
  });
  const links = chats.length > 0 && !hasPublicHost(publicUrl);
  return [...(links ? ['links in chat lead nowhere for others: set SHIPMATE_PUBLIC_URL'] : []), ...unreached];
}

function encryptionWarnings({ publicUrl }: Pick<Config, 'publicUrl'>): string[] {
  const { hostname, protocol } = new URL(publicUrl);
  if (protocol === 'https:' || reachOf(hostname) === 'this machine') return [];
  return [
    `\`${publicUrl}\` is not encrypted: tokens and sign-in links can be read on the way. ` +
      'Set SHIPMATE_PUBLIC_URL to an https address, see docs/operation.md.',
  ];
}
