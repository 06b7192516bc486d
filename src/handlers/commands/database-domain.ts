import { UsageError } from '../../errors.ts';
import {
  addDatabaseDomain,
  type ChangedDatabaseDomain,
  setDatabaseDomain,
} from '../../usecases/domains/database-domains.ts';
import type { DomainRequest } from '../../usecases/domains/domain-request.ts';
import { databaseName } from '../../usecases/databases/find-database.ts';
import type { Reply } from '../../replies/reply.ts';
import type { Deps } from '../../usecases/deps.ts';
import { allOf } from '../../word-lists.ts';

interface Given extends DomainRequest {
  port: number | undefined;
  allow: string[] | undefined;
}

/** `domain add` with a database. */
export async function addForDatabase(deps: Deps, request: Given & { database: string }): Promise<Reply> {
  const changed = await addDatabaseDomain(deps, request);
  const { domain } = changed;
  return {
    tone: 'success',
    text:
      `\`${databaseName(changed.database)}\` will be reached by TLS at \`${domain.domain}:${domain.port}\` of every node, from ` +
      `${allOf(domain.allowed ?? [])} and nowhere else, once the domain has its certificate. ` +
      `\`domain check ${domain.domain}\` shows what is left to do; \`db show ${databaseName(changed.database)} --credentials\` ` +
      'shows the connection string.',
    data: databaseDomainData(changed),
  };
}

/** `domain set` with the domain of a database. */
export async function setForDatabase(deps: Deps, request: Given): Promise<Reply> {
  const changed = await setDatabaseDomain(deps, request);
  const { applied, domain } = changed;
  const late = applied ? '' : ' Not every node has it yet; Shipmate tries again every minute.';
  return {
    tone: 'success',
    text: `\`${domain.domain}\`: port ${domain.port}, from ${allOf(domain.allowed ?? [])} and nowhere else.${late}`,
    data: databaseDomainData(changed),
  };
}

/** @param given The options that only HTTP has, by name. @throws {UsageError} when one is set. */
export function requireNoHttpOptions(given: Record<string, unknown>): void {
  const set = Object.entries(given).filter(([, value]) => value !== undefined && value !== false);
  if (set.length === 0) return;
  const names = allOf(set.map(([name]) => `--${name}`));
  throw new UsageError(
    `${names}: only for domains of applications, which are served by HTTP. A database takes \`--port\` and \`--allow\`.`,
  );
}

/** @throws {UsageError} when networks are given. */
export function requireNoAllowList(allow: string[] | undefined): void {
  if (allow === undefined) return;
  throw new UsageError('`--allow` is for domains of databases. An application’s domain is open to everybody.');
}

function databaseDomainData({ database, domain }: ChangedDatabaseDomain) {
  return {
    id: domain.id,
    domain: domain.domain,
    database: databaseName(database),
    port: domain.port ?? null,
    allow: domain.allowed ?? [],
  };
}
