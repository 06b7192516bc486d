import { z } from 'zod';
import { isStorable } from '../storable-text.ts';

/** A commit id, like `deployments.commit_sha`; hosts use forty zeros for "none". */
export const CommitId = z
  .string()
  .refine((id) => !/^[0-9a-f]{64}$/.test(id), {
    message: 'is a commit of a SHA-256 repository, and only SHA-1 repositories can be deployed',
    abort: true,
  })
  .regex(/^[0-9a-f]{40}$/, 'is not a commit id of 40 hexadecimal digits');

/**
 * A ref, or the name of a branch or tag, like `webhook_deliveries.ref`. Hosts take names of 255 characters and more, and a
 * branch that deploys nothing is no reason to refuse a delivery.
 * @see https://git-scm.com/docs/git-check-ref-format
 */
export const RefName = z
  .string()
  .min(1)
  .max(500)
  .refine((name) => name.isWellFormed() && !/[\u0000-\u0020\u007f~^:?*[\\]/.test(name), 'is not a branch or tag name');

/** The host's name of a repository, like `git_sources.repository`. */
export const RepositoryName = z.string().min(1).max(500).refine(isStorable, 'is not a repository name');

/** What a push did to one branch or tag. */
export interface PushedRef {
  kind: 'branch' | 'tag';
  name: string;
  /** Full commit ids; undefined where there was nothing before, or is nothing now. */
  before: string | undefined;
  after: string | undefined;
  /** Whether history was rewritten, as far as the payload tells. */
  forced: boolean;
  /** Option of the push (`git push -o`) by which it wants nothing done about it. */
  option?: string;
  /** Whether each listed commit has a skip marker; undefined when none is listed. */
  skips: boolean | undefined;
  /** Paths that the listed commits touch; undefined when the host does not say, or when they are too many. */
  paths: string[] | undefined;
  /** False when the host cut the list of commits short. */
  complete: boolean;
  title: string | undefined;
  author: string | undefined;
}

/** A push to one repository: several refs where the host groups them. */
export interface Push {
  /** What the host calls the repository, e.g. `acme/api`. */
  repository: string;
  /** Who pushed, as the host calls them. */
  pusher: string;
  refs: PushedRef[];
}

const prefixes = { 'refs/heads/': 'branch', 'refs/tags/': 'tag' } as const;

/** Branch or tag of a full ref; undefined for others, e.g. `refs/notes/commits`. */
export function splitRef(ref: string): Pick<PushedRef, 'kind' | 'name'> | undefined {
  for (const [prefix, kind] of Object.entries(prefixes)) {
    if (ref.startsWith(prefix)) return { kind, name: ref.slice(prefix.length) };
  }
  return undefined;
}

/** The hosts write forty zeros for "nothing". */
export function commitOrNothing(id: string | null | undefined): string | undefined {
  return id && !/^0+$/.test(id) ? id : undefined;
}
