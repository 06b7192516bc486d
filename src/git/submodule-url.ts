import { UserError } from '../errors.ts';
import { isLocal } from './check-arguments.ts';
import { hostNameOf } from './explain-failure.ts';
import type { GitRemote } from './git.ts';

/**
 * Where a submodule comes from: relative addresses start at the repository that contains it, as with git itself.
 * @throws {UserError} when it leads above the root of the host.
 */
export function resolveSubmoduleUrl(base: string, url: string): string {
  if (!/^\.\.?(?:\/|$)/.test(url)) return withoutUser(url);
  const [, root = '', path = ''] = /^([a-z][\w+.-]*:\/\/[^/]*\/|[\w.-]+@[\w.-]+:\/?|\/)(.*)$/i.exec(base) ?? [];
  const segments = path.split('/').filter(Boolean);
  for (const segment of url.split('/').filter(Boolean)) {
    if (segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) throw new UserError('Its relative URL leads above the root of the host.');
  }
  return root + segments.join('/');
}

/**
 * The submodule as a remote: on the host of the clone it gets the clone's credentials, elsewhere none.
 * An ssh address on the clone's host is read over https when the credentials are a token, which ssh cannot use.
 */
export function submoduleRemote(clone: GitRemote, url: string): GitRemote {
  const credentials = clone.submodules === 'public' ? undefined : clone.credentials;
  if (isLocal(url) || isLocal(clone.url) || !credentials) return { url };
  if (credentials.kind === 'ssh') {
    return isSsh(url) && addressOf(url) === addressOf(clone.url) ? { url, credentials } : { url };
  }
  if (!/^https?:/i.test(clone.url)) return { url };
  const { hostname, origin } = new URL(clone.url);
  if (/^https?:/i.test(url)) return new URL(url).origin === origin ? { url, credentials } : { url };
  if (!isSsh(url) || addressOf(url).replace(/:\d+$/, '') !== hostname) return { url };
  return { url: `${origin}/${pathOf(url)}`, credentials };
}

/** An address for people: no user, password or query, which may be secrets. */
export function shownUrl(url: string): string {
  return url
    .replace(/\?.*$/s, '')
    .replace(/\/\/[^/]*@/, '//')
    .replaceAll(/[\s\u0000-\u001f\u007f`]/g, '?')
    .slice(0, 200);
}

/** What a repository or git wrote, for a sentence. */
export function shownText(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f`]/g, '?').slice(0, 200);
}

/** A user name without a password names who wrote the file, not who may read. */
function withoutUser(url: string): string {
  return url.replace(/^(https?:\/\/)[^/:@]*@/i, '$1');
}

function isSsh(url: string): boolean {
  return /^ssh:\/\//i.test(url) || !url.includes('://');
}

/** Host and port. */
function addressOf(url: string): string {
  return hostNameOf(url).toLowerCase();
}

function pathOf(url: string): string {
  return url.includes('://') ? new URL(url).pathname.slice(1) : url.slice(url.indexOf(':') + 1).replace(/^\//, '');
}
