import type { GitProvider } from '../../entities/git-provider.ts';
import { isSameRepository, isSameServer } from '../../git-hosts/same-repository.ts';
import type { NamedRepository } from '../../git-hosts/webhook.ts';
import type { Deps } from '../deps.ts';
import {
  type NamedSource,
  readAppSecrets,
  readNewestSecrets,
  readSources,
  readSourcesById,
  type WithSecret,
} from './read-sources.ts';
import type { WebhookSourceCache } from './webhook-source-cache.ts';

/**
 * How many secrets are tried: of the repositories that a body names, and of others. A repository may feed hundreds of
 * applications, and any of them may be the one whose webhook was added.
 */
const mostNamed = 1_000;
const mostOthers = 50;
/** So much may be hashed to find out whether a stranger's body is signed with any secret of ours, bytes. */
const hashedBytes = 64 * 1024 ** 2;

/** Whose delivery this is, as far as the raw bytes tell. */
export type WebhookSender =
  | { kind: 'known'; signers: NamedSource[]; sources: NamedSource[] }
  /** Signed with a secret of ours, but for a repository that no application comes from. */
  | { kind: 'unknown repository' }
  /** Signed by an app of ours, for whatever repository it is installed for. */
  | { kind: 'app'; app: string }
  | { kind: 'refused' };

export interface UnverifiedDelivery {
  provider: GitProvider;
  /** What the body seems to name. */
  repositories: string[];
  /** The host's ids that the body seems to name, of repositories and of other things. */
  repositoryIds(): string[];
  /** The host's id of the app whose webhook it comes from, as its headers say. */
  app: string | undefined;
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
  const moved = await signedByNamed(delivery, await readSourcesById(deps, provider, delivery.repositoryIds()));
  if (moved) return moved;
  const app = await findSigningApp(deps, delivery);
  if (app !== undefined) return { kind: 'app', app };
  const others = await readNewestSecrets(deps, provider, Math.min(mostOthers, triesOf(delivery)));
  const strangers = await signersOf(delivery, others);
  return strangers.length > 0 ? { kind: 'unknown repository' } : { kind: 'refused' };
}

/** Id of the app's row whose secret signed it; undefined for a webhook of a repository. */
export async function findSigningApp(deps: Deps, delivery: UnverifiedDelivery): Promise<string | undefined> {
  if (delivery.app === undefined) return undefined;
  const [signer] = await signersOf(delivery, await readAppSecrets(deps, delivery.app));
  return signer?.id;
}

/** The same by what is remembered, which cannot refuse; undefined when the database has to be asked. */
export async function recallWebhookSender(
  cache: WebhookSourceCache,
  delivery: UnverifiedDelivery,
): Promise<WebhookSender | undefined> {
  return signedByNamed(delivery, await cache.read(delivery.provider, delivery.repositories));
}

async function signedByNamed(delivery: UnverifiedDelivery, sources: NamedSource[]): Promise<WebhookSender | undefined> {
  const signers = await signersOf(delivery, sources, Math.min(mostNamed, 4 * triesOf(delivery)));
  return signers.length > 0 ? { kind: 'known', signers, sources } : undefined;
}

function triesOf({ bytes }: UnverifiedDelivery): number {
  return Math.max(2, Math.floor(hashedBytes / Math.max(bytes, 1)));
}

/**
 * The sources whose secret signed it. Of an app's delivery the app's secret alone is tried, once for all its repositories.
 * @param most Secrets of repositories that are tried (default: all).
 */
async function signersOf<Source extends WithSecret>(
  { app, signedWith }: UnverifiedDelivery,
  sources: readonly Source[],
  most = Number.POSITIVE_INFINITY,
): Promise<Source[]> {
  let tries = 0;
  const isTried = ({ appNumber }: Source) => appNumber !== undefined || (tries += 1) <= most;
  const candidates = sources
    .filter((source) => (app === undefined || source.appNumber === app) && isTried(source))
    .flatMap((source) => {
      const secret = source.secret();
      return secret === undefined ? [] : [{ source, secret }];
    });
  const secrets = [...new Set(candidates.map(({ secret }) => secret))];
  const signed = await signedWith(secrets);
  const ours = new Set(secrets.filter((_, index) => signed[index]));
  return candidates.flatMap(({ secret, source }) => (ours.has(secret) ? [source] : []));
}

/** Git sources that a delivery may act for, and the one whose secret made it. */
export interface ServedSources {
  sources: NamedSource[];
  signedBy: string;
}

/**
 * The sources of a delivery, once it is known of which repository it is. One webhook serves all applications of its
 * repository within the project whose secret signed it; the secret of one project moves nothing in another, and a
 * repository nothing that has its name on another server.
 */
export function sourcesFor(sender: WebhookSender, repository: NamedRepository | undefined): ServedSources | undefined {
  if (sender.kind !== 'known' || !repository) return undefined;
  const isOf = (source: NamedSource) => isNamed(source, repository) || isAt(source, repository);
  const signers = sender.signers.filter(isOf);
  const projects = new Set(signers.map((source) => source.project.id));
  const all = sender.sources.filter((source) => isOf(source) && projects.has(source.project.id));
  return served(signers, onOneServer(all, signers, repository));
}

/** The sources whose repository has another name now, by the host's id that earlier deliveries told. */
export function movedSourcesFor(
  sender: WebhookSender,
  repository: NamedRepository | undefined,
): ServedSources | undefined {
  if (sender.kind !== 'known' || repository?.id === undefined) return undefined;
  const isOf = (source: NamedSource) => source.hostRepositoryId === repository.id;
  const signers = sender.signers.filter(isOf);
  const projects = new Set(signers.map((source) => source.project.id));
  const all = sender.sources.filter((source) => isOf(source) && projects.has(source.project.id));
  // Ids are numbers, which another server gives to another repository.
  return served(
    signers,
    all.filter((source) => signers.some((signer) => signer === source || isBeside(source, signer))),
  );
}

function served(signers: NamedSource[], sources: NamedSource[]): ServedSources | undefined {
  const [signer] = signers;
  return signer && { sources, signedBy: signer.id };
}

function isNamed(source: NamedSource, { name }: NamedRepository): boolean {
  return source.repository.toLowerCase() === name.toLowerCase();
}

/** A server under a path has it in its clone URLs, and not in the names of its repositories. */
function isAt({ application }: NamedSource, { cloneUrls }: NamedRepository): boolean {
  const own = application.sourceConfig.clone_url ?? '';
  return cloneUrls.some((url) => isSameRepository(own, url));
}

/**
 * Those that are cloned from where the payload says, or from the server of the one that signed: servers are known by several
 * addresses, so one that the payload does not name is no reason to lose a push.
 */
function onOneServer(all: NamedSource[], signers: NamedSource[], repository: NamedRepository): NamedSource[] {
  const at = all.filter((source) => isAt(source, repository));
  const sure = at.length > 0 ? at : signers;
  return all.filter(
    (source) => signers.includes(source) || sure.some((one) => one === source || isBeside(source, one)),
  );
}

function isBeside(source: NamedSource, other: NamedSource): boolean {
  const [one = '', two = ''] = [source, other].map(({ application }) => application.sourceConfig.clone_url);
  return isSameServer(one, two) !== false;
}
