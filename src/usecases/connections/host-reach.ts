import { isIP } from 'node:net';
import type { GitProvider } from '../../entities/git-provider.ts';
import { parseCloneUrl } from '../../git-hosts/clone-url.ts';
import { gitHosts, isPublicServer } from '../../git-hosts/registry.ts';
import { kindOf } from '../domains/address-kind.ts';

type Reach = 'this machine' | 'a private network' | 'everywhere';

/** Endings of names that no public name server answers. */
const privateEndings = ['.local', '.internal', '.intranet', '.lan', '.home.arpa', '.localdomain'];

/**
 * Why no delivery of the repository's host can arrive, with what to set; undefined when it may. A server of one's own may be
 * in the same private network, those on the internet are not.
 */
export function whyUnreachable(publicUrl: string, provider: GitProvider, cloneUrl: string): string | undefined {
  const host = parseCloneUrl(cloneUrl)?.hostname ?? '';
  const ours = new URL(publicUrl).hostname;
  const reach = reachOf(ours);
  if (host === '' || reach === 'everywhere' || host === ours) return undefined;
  if (!isPublicServer(host) && (reach === 'a private network' || reachOf(host) === 'this machine')) return undefined;
  const known = reach === 'this machine' ? 'leads to this machine only' : 'is known in a private network only';
  return (
    `${gitHosts[provider].title} cannot reach Shipmate: \`${publicUrl}\` ${known}. ` +
    'Set `SHIPMATE_PUBLIC_URL` to an address that it reaches, e.g. `https://ship.example.com`, and start Shipmate again.'
  );
}

/** From where a host name or address can be reached, as far as it says. */
export function reachOf(hostname: string): Reach {
  const name = hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  if (isIP(name) > 0) return reachOfAddress(name);
  if (name === 'localhost' || name.endsWith('.localhost')) return 'this machine';
  const isPrivate = !name.includes('.') || privateEndings.some((ending) => name.endsWith(ending));
  return isPrivate ? 'a private network' : 'everywhere';
}

function reachOfAddress(address: string): Reach {
  if (address === '::1' || address === '::' || /^(?:127|0)\./.test(address)) return 'this machine';
  return kindOf(address) === 'public' ? 'everywhere' : 'a private network';
}
