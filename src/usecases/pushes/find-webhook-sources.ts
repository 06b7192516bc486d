import type { GitProvider } from '../../entities/git-provider.ts';
import type { Deps } from '../deps.ts';
import { type NamedSource, readNewestSecrets, readSources, type WithSecret } from './read-sources.ts';
import type { WebhookSourceCache } from './webhook-source-cache.ts';
import type { WebhookSource } from './webhook-source.ts';

/** How many secrets are tried: of the repositories that a body names, and of others. */
const mostNamed = 50;
const mostOthers = 50;
/** So much may be hashed to find out whether a stranger's body is signed with any secret of ours, bytes. */
const hashedBytes = 64 * 1024 ** 2;

/** Whose delivery this is, as far as the raw bytes tell. */
export type WebhookSender =
  | { kind: 'known'; signers: NamedSource[]; sources: NamedSource[] }
  /** Signed with a secret of ours, but for a repository that no application comes from. */
  | { kind: 'unknown repository' }
  | { kind: 'refused' };

export interface UnverifiedDelivery {
  provider: GitProvider;
  /** What the body seems to name. */
  repositories: string[];
  /** Size of the body. */
  bytes: number;
  /** For each secret, whether it signed the delivery. */
  signedWith(secrets: readonly string[]): Promise<boolean[]>;
}

/** Finds out whose secret signed a delivery, before it is parsed; a large body is tried with fewer secrets. */
export async function findWebhookSender(deps: Deps, delivery: UnverifiedDelivery): Promise<WebhookSender> {
  const { provider, repositories } = delivery;
  const names = repositories.map((name) => name.toLowerCase());
  const known = await signedByNamed(delivery, await readSources(deps, provider, names));
  if (known) return known;
  const others = await readNewestSecrets(deps, provider, Math.min(mostOthers, triesOf(delivery)));
  const strangers = await signersOf(delivery, others);
  return strangers.length > 0 ? { kind: 'unknown repository' } : { kind: 'refused' };
}

/** The same by what is remembered, which cannot refuse; undefined when the database has to be asked. */
export async function recallWebhookSender(
  cache: WebhookSourceCache,
  delivery: UnverifiedDelivery,
): Promise<WebhookSender | undefined> {
  return signedByNamed(delivery, await cache.read(delivery.provider, delivery.repositories));
}

async function signedByNamed(delivery: UnverifiedDelivery, sources: NamedSource[]): Promise<WebhookSender | undefined> {
  const signers = await signersOf(delivery, sources.slice(0, Math.min(mostNamed, 4 * triesOf(delivery))));
  return signers.length > 0 ? { kind: 'known', signers, sources } : undefined;
}

function triesOf({ bytes }: UnverifiedDelivery): number {
  return Math.max(2, Math.floor(hashedBytes / Math.max(bytes, 1)));
}

/** The sources whose secret signed it. */
async function signersOf<Source extends WithSecret>(
  { signedWith }: UnverifiedDelivery,
  sources: readonly Source[],
): Promise<Source[]> {
  const candidates = sources.flatMap((source) => {
    const secret = source.secret();
    return secret === undefined ? [] : [{ source, secret }];
  });
  const signed = await signedWith(candidates.map(({ secret }) => secret));
  return candidates.flatMap(({ source }, index) => (signed[index] ? [source] : []));
}

/**
 * Git sources that the delivery may act for, and the one whose secret made it, once it is known of which repository it is.
 * One webhook serves all applications of its repository within the project whose secret signed it; the secret of one
 * project moves nothing in another.
 */
export function sourcesFor(
  sender: WebhookSender,
  repository: string | undefined,
): { sources: WebhookSource[]; signedBy: string } | undefined {
  if (sender.kind !== 'known') return undefined;
  const ofRepository = (source: NamedSource) => source.repository.toLowerCase() === repository?.toLowerCase();
  const signers = sender.signers.filter(ofRepository);
  const [signer] = signers;
  if (!signer) return undefined;
  const projects = new Set(signers.map((source) => source.project.id));
  const sources = sender.sources.filter((source) => ofRepository(source) && projects.has(source.project.id));
  return { sources, signedBy: signer.id };
}
