import type { GitProvider } from '../../entities/git-provider.ts';
import type { GitSource } from '../../entities/git-source.ts';
import { gitSourceIdentity } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';
import { selectWebhookSources, type WebhookSource } from './webhook-source.ts';

/** How many secrets are tried: of the repositories that a body names, and of others. */
const mostNamed = 50;
const mostOthers = 50;
/** So much may be hashed to find out whether a stranger's body is signed with any secret of ours, bytes. */
const hashedBytes = 64 * 1024 ** 2;

interface NamedSource extends WebhookSource {
  repository: string;
}

/** Whose delivery this is, as far as the raw bytes tell. */
export type WebhookSender =
  | { kind: 'known'; signers: NamedSource[]; sources: NamedSource[] }
  /** Signed with a secret of ours, but for a repository that no application comes from. */
  | { kind: 'unknown repository' }
  | { kind: 'refused' };

interface Unverified {
  provider: GitProvider;
  /** What the body seems to name. */
  repositories: string[];
  /** Size of the body. */
  bytes: number;
  /** For each secret, whether it signed the delivery. */
  signedWith(secrets: readonly string[]): Promise<boolean[]>;
}

/** Finds out whose secret signed a delivery, before it is parsed; a large body is tried with fewer secrets. */
export async function findWebhookSender(deps: Deps, delivery: Unverified): Promise<WebhookSender> {
  const { bytes, provider, repositories } = delivery;
  const tries = Math.max(2, Math.floor(hashedBytes / Math.max(bytes, 1)));
  const sources = await sourcesOf(deps, provider, repositories);
  const signers = await signersOf(deps, delivery, sources.slice(0, Math.min(mostNamed, 4 * tries)));
  if (signers.length > 0) return { kind: 'known', signers, sources };
  const others = await deps.database.querySystem<Pick<GitSource, 'id' | 'webhookConfig'>>(
    `select s.id, s.webhook_config as "webhookConfig" from git_sources s join applications a on a.id = s.application_id
     where s.provider = $1 order by a.created_at desc limit $2`,
    [provider, Math.min(mostOthers, tries)],
  );
  const strangers = await signersOf(deps, delivery, others);
  return strangers.length > 0 ? { kind: 'unknown repository' } : { kind: 'refused' };
}

/** The sources whose secret signed it. */
async function signersOf<Source extends Pick<GitSource, 'id' | 'webhookConfig'>>(
  { cipher }: Deps,
  { signedWith }: Unverified,
  sources: readonly Source[],
): Promise<Source[]> {
  const candidates = sources.flatMap((source) => {
    const { secret } = source.webhookConfig;
    return secret === undefined
      ? []
      : [{ source, secret: cipher.decrypt(secret, gitSourceIdentity(source, 'secret')) }];
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

async function sourcesOf({ database }: Deps, provider: GitProvider, repositories: string[]): Promise<NamedSource[]> {
  if (repositories.length === 0) return [];
  const names = repositories.map((name) => name.toLowerCase());
  return database.querySystem<NamedSource>(
    selectWebhookSources({ where: 's.provider = $1 and lower(s.repository) = any($2)', columns: ['s.repository'] }),
    [provider, names],
  );
}
