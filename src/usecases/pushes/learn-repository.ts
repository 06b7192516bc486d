import { executeSql } from '../../database/database.ts';
import { serverAddress } from '../../git-hosts/clone-url.ts';
import { isSameRepository, isSameServer } from '../../git-hosts/same-repository.ts';
import type { NamedRepository } from '../../git-hosts/webhook.ts';
import type { AuditSource } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import type { NamedSource } from './read-sources.ts';
import { tellMoved } from './tell-moved.ts';

interface Lesson {
  source: NamedSource;
  id: string | null;
  repository: string;
  webAddress: string | null;
}

/**
 * Remembers what a verified delivery tells about the repository of its sources: its id, by which it is known when it is
 * renamed, its name on a server under a path, and the server's address where the clone URL does not tell it. Another id under
 * the same name is another repository, which is said.
 */
export async function learnRepository(
  deps: Deps,
  sources: NamedSource[],
  repository: NamedRepository,
  audit: AuditSource,
): Promise<void> {
  const lessons = sources.map((source) => lessonFor(source, repository)).filter(isNew);
  if (lessons.length === 0) return;
  await deps.database.asSystem().transactional(async (em) => {
    for (const { source, ...lesson } of lessons) {
      const { rows } = await executeSql(
        em,
        `update git_sources set host_repository_id = $2, repository = $3, web_address = $4
         where id = $1 and (host_repository_id, repository, web_address) is distinct from ($2, $3, $4) returning id`,
        [source.id, lesson.id, lesson.repository, lesson.webAddress],
      );
      if (rows.length === 0) continue;
      await executeSql(
        em,
        `update applications set source_config = source_config || jsonb_build_object('repository', $2::text)
         where id = $1 and source_config ->> 'repository' is distinct from $2`,
        [source.application.id, lesson.repository],
      );
      const before = source.hostRepositoryId ?? undefined;
      if (before === undefined || before === lesson.id) continue;
      await tellMoved(em, { source, before: source.repository, after: lesson.repository, outcome: 'replaced' }, audit);
    }
  });
}

function lessonFor(source: NamedSource, repository: NamedRepository): Lesson {
  const cloneUrl = source.application.sourceConfig.clone_url ?? '';
  const isAt = repository.cloneUrls.some((url) => isSameRepository(cloneUrl, url));
  const name = isAt && source.repository.toLowerCase() !== repository.name.toLowerCase() ? repository.name : undefined;
  const id = repository.id ?? source.hostRepositoryId ?? null;
  const told = { source, id, repository: name ?? source.repository };
  const address = trustedAddress(cloneUrl, repository);
  const derived = serverAddress(cloneUrl, { repository: told.repository });
  if (address === undefined) return { ...told, webAddress: source.webAddress ?? null };
  return { ...told, webAddress: address === derived ? null : address };
}

/** On the host of the clone URL only, and not without encryption where that has it: the API gets the token. */
function trustedAddress(cloneUrl: string, { server }: NamedRepository): string | undefined {
  if (server === undefined || server.length > 500) return undefined;
  const isSafe = server.startsWith('https:') || cloneUrl.startsWith('http:');
  return isSafe && isSameServer(cloneUrl, server) === true ? server : undefined;
}

function isNew({ source, id, repository, webAddress }: Lesson): boolean {
  const known = [source.hostRepositoryId ?? null, source.repository, source.webAddress ?? null];
  return [id, repository, webAddress].some((one, at) => one !== known[at]);
}
