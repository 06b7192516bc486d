import { randomUUID } from 'node:crypto';
import { UsageError, UserError } from '../../errors.ts';
import type { User } from '../../entities/user.ts';
import { appProvider, hostApps } from '../../git-hosts/registry.ts';
import { whyUnreachable } from '../connections/host-reach.ts';
import type { Deps } from '../deps.ts';
import { quoted } from '../../quoted.ts';

/** As long as the host's own code lasts, milliseconds. */
const linkMs = 3_600_000;
const purpose = 'host_app_link';

/** What a link to create an app says. */
export interface LinkState {
  /** The row that it becomes, so that it works once. */
  id: string;
  user: string;
  generation: number;
  server: string;
  organization?: string;
  /** Milliseconds since 1970. */
  until: number;
}

/**
 * A link to a page that creates an app at the git host; for an hour, once.
 * @throws {UserError} when the host could not reach Shipmate, {UsageError} for a name that is none.
 */
export function createAppLink(
  { cipher, config }: Pick<Deps, 'cipher' | 'config'>,
  { host, organization, user }: { user: User; organization: string | undefined; host: string | undefined },
): string {
  const server = host === undefined ? hostApps.server : readServer(host);
  if (organization !== undefined && !/^[\w-]{1,39}$/.test(organization)) {
    throw new UsageError(`${quoted(organization)} is not the name of an organization, e.g. \`acme\`.`);
  }
  const why = whyUnreachable(config.publicUrl, appProvider, `${server}/`);
  if (why !== undefined) throw new UserError(why);
  const state: LinkState = {
    id: randomUUID(),
    user: user.id,
    generation: user.sessionGeneration,
    server,
    ...(organization !== undefined && { organization }),
    until: Date.now() + linkMs,
  };
  const sealed = cipher.encrypt(JSON.stringify(state), purpose);
  return `${config.publicUrl}${appPaths.begin}?${new URLSearchParams({ state: sealed }).toString()}`;
}

export const appPaths = { begin: '/host-apps/new', created: '/host-apps/created' } as const;

/** Undefined for what Shipmate has not sealed, or when its time is over. */
export function readState({ cipher }: Pick<Deps, 'cipher'>, sealed: string): LinkState | undefined {
  if (sealed.length > 2_000) return undefined;
  try {
    // Nobody else can seal one.
    const state = JSON.parse(cipher.decrypt(sealed, purpose)) as LinkState;
    return state.until > Date.now() ? state : undefined;
  } catch {
    return undefined;
  }
}

/** `ghe.example.com` or its https address; http on this machine only, since keys travel there. */
function readServer(host: string): string {
  const address = /^https?:\/\//i.test(host) ? host : `https://${host}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isSafe = url?.protocol === 'https:' || /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url?.hostname ?? '');
  if (url && isSafe && url.pathname === '/' && url.search === '' && url.username === '') return url.origin;
  throw new UsageError(`${quoted(host)} is not the name of a server, e.g. \`ghe.example.com\`.`);
}
