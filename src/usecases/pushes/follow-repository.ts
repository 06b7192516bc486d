import { executeSql } from '../../database/database.ts';
import type { GitProvider } from '../../entities/git-provider.ts';
import type { NamedRepository } from '../../git-hosts/webhook.ts';
import { readableRemote } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';
import type { AuditSource } from '../record-audit.ts';
import type { ServedSources } from './find-webhook-sources.ts';
import { patience } from './push-decision.ts';
import { type NamedSource, readSources } from './read-sources.ts';
import { tellMoved } from './tell-moved.ts';

/** Git is asked about both addresses for no longer, milliseconds: a host's patience ends at 10 s. */
const lookMs = 6_000;

/** The sources under their new name, or why they stay where they are. */
export type Followed = { sources: NamedSource[] } | { why: string };

/**
 * Follows a repository that was renamed or transferred: a verified delivery has its id, but another name. Only the name in
 * the clone URL changes, never the server. It is not followed where it cannot be read, nor when another repository has the
 * old name: then a person decides which of the two is meant, since a transfer takes the webhook and its secret along.
 */
export async function followRepository(
  deps: Deps,
  provider: GitProvider,
  { signedBy, sources }: ServedSources,
  repository: NamedRepository,
  audit: AuditSource,
): Promise<Followed> {
  const signer = sources.find(({ id }) => id === signedBy);
  if (!signer) return { why: 'The application that signed it is gone.' };
  const outcome = await lookAt(deps, signer, repository.name);
  const after = repository.name;
  await deps.database.asSystem().transactional(async (em) => {
    for (const source of sources) {
      const before = source.repository;
      if (before.toLowerCase() === after.toLowerCase()) continue;
      const url = outcome === 'followed' ? movedUrl(source, after) : undefined;
      if (url !== undefined && !(await move(em, source, after, url))) continue;
      await tellMoved(em, { source, before, after, outcome: url === undefined ? refusalOf(outcome) : outcome }, audit);
    }
  });
  if (outcome === 'followed') return { sources: await followedSources(deps, provider, sources, after) };
  const because = outcome === 'taken' ? 'another repository has the old name' : 'it cannot be read there';
  return { why: `\`${signer.repository}\` is \`${after}\` now, and ${because}. Connect one with \`app connect\`.` };
}

type Outcome = 'followed' | 'taken' | 'unreadable';

function refusalOf(outcome: Outcome): Outcome {
  return outcome === 'followed' ? 'unreadable' : outcome;
}

/** A host sends from the old name to the new one until somebody takes the old one. */
async function lookAt(deps: Deps, source: NamedSource, name: string): Promise<Outcome> {
  const url = movedUrl(source, name);
  // An app reaches it under its new name only.
  const remote = await readableRemote(deps, source.application, { ...source, repository: name });
  if (url === undefined || !remote) return 'unreadable';
  const deadline = AbortSignal.timeout(lookMs);
  const headOf = async (address: string) => {
    try {
      return (await deps.git.resolve({ ...remote, url: address }, source.branch, patience({ deadline }))).commit;
    } catch {
      // Whoever cannot read it is not followed; the answer says so.
      return undefined;
    }
  };
  const head = await headOf(url);
  if (head === undefined) return 'unreadable';
  const old = await headOf(remote.url);
  // The branch may have moved between the two looks.
  return old === undefined || old === head || old === (await headOf(url)) ? 'followed' : 'taken';
}

/** The clone URL with the new name in the place of the old one; undefined when it does not end with the old one. */
function movedUrl({ application, repository }: NamedSource, name: string): string | undefined {
  const cloneUrl = application.sourceConfig.clone_url ?? '';
  const [, path = cloneUrl, end = ''] = /^(.*?)((?:\.git)?\/*)$/.exec(cloneUrl) ?? [];
  const isThere =
    path.toLowerCase().endsWith(repository.toLowerCase()) && /[/:]$/.test(path.slice(0, -repository.length));
  return isThere && /^[\w.~-]+(\/[\w.~-]+)+$/.test(name) ? path.slice(0, -repository.length) + name + end : undefined;
}

/** False when another delivery has done it. */
async function move(
  em: Parameters<typeof executeSql>[0],
  source: NamedSource,
  name: string,
  url: string,
): Promise<boolean> {
  const { rows } = await executeSql(
    em,
    'update git_sources set repository = $3 where id = $1 and repository = $2 returning id',
    [source.id, source.repository, name],
  );
  if (rows.length === 0) return false;
  await executeSql(
    em,
    `update applications set source_config = source_config || jsonb_build_object('repository', $2::text, 'clone_url', $3::text)
     where id = $1`,
    [source.application.id, name, url],
  );
  return true;
}

async function followedSources(
  deps: Deps,
  provider: GitProvider,
  sources: NamedSource[],
  name: string,
): Promise<NamedSource[]> {
  const ids = new Set(sources.map(({ id }) => id));
  return (await readSources(deps, provider, [name.toLowerCase()])).filter(({ id }) => ids.has(id));
}
