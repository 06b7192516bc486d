import type { Archive } from '../../archive/archive.ts';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { DeploymentMetadata } from '../../entities/deployment-metadata.ts';
import type { Deployment } from '../../entities/deployment.ts';
import type { LogLevel } from '../../entities/deployment-log.ts';
import type { Deps } from '../deps.ts';
import { readArchivedLog } from '../retention/read-archived-log.ts';

/** A line of a deployment's log. */
export interface LogLine {
  id: number;
  level: LogLevel;
  /** Milliseconds since 1970; null where only the text remains. */
  at: number | null;
  message: string;
}

export interface LogPage {
  /** Oldest first. */
  lines: LogLine[];
  /** Whether there are more in the requested direction. */
  more: boolean;
}

/** Where to read logs from. */
export interface LogSource {
  /** The reader's context. No transaction is open while the archive is read. */
  em: EntityManager;
  archive: Archive;
}

/** Selects lines: the newest, those next to a line, or from a line on; `text` filters by substring. */
export interface LogQuery {
  before?: number | undefined;
  after?: number | undefined;
  text?: string | undefined;
  limit: number;
}

/**
 * Reads a page of a deployment's log as visible to `em`. Rows are kept for 30 days; after that it reads the text stored
 * with the deployment, later the archived one, with line numbers as ids.
 */
export async function readLogPage({ em, archive }: LogSource, deploymentId: string, query: LogQuery): Promise<LogPage> {
  const { after, before, limit, text } = query;
  const forward = after !== undefined;
  const { rows } = await executeSql<LineRow>(
    em,
    `select ${lineColumns} from deployment_logs
     where deployment_id = $1
       and id > coalesce($2::bigint, -1) and id < coalesce($3::bigint, 9223372036854775807)
       and ($4::text is null or message ilike $4)
     order by id ${forward ? 'asc' : 'desc'} limit $5`,
    [deploymentId, after ?? null, before ?? null, text === undefined ? null : pattern(text), limit + 1],
  );
  if (rows.length === 0) {
    const kept = await readKept({ em, archive }, deploymentId);
    if (kept) return pageOf(kept, query);
  }
  const lines = rows.slice(0, limit).map(toLine);
  return { lines: forward ? lines : lines.reverse(), more: rows.length > limit };
}

/** The lines that were added to a live log after one of them, in one round trip and whoever reads them. */
export async function readNewLines(
  { database }: Pick<Deps, 'database'>,
  deploymentId: string,
  { after, limit }: { after: number; limit: number },
): Promise<LogPage> {
  const rows = await database.querySystem<LineRow>(
    `select ${lineColumns} from deployment_logs where deployment_id = $1 and id > $2 order by id limit $3`,
    [deploymentId, after, limit + 1],
  );
  return { lines: rows.slice(0, limit).map(toLine), more: rows.length > limit };
}

interface LineRow {
  id: string;
  level: LogLevel;
  at: string;
  message: string;
}

const lineColumns = 'id, level, (extract(epoch from created_at) * 1000)::bigint as at, message';

function toLine({ at, id, level, message }: LineRow): LogLine {
  return { id: Number(id), level, at: Number(at), message };
}

/** Total lines of the log, and how many contain the text. */
export async function countLines(
  { em, archive }: LogSource,
  deploymentId: string,
  text?: string,
): Promise<{ all: number; found: number }> {
  const { rows } = await executeSql<{ total: string; found: string }>(
    em,
    `select count(*) as total, count(*) filter (where $2::text is null or message ilike $2) as found
     from deployment_logs where deployment_id = $1`,
    [deploymentId, text === undefined ? null : pattern(text)],
  );
  const all = Number(rows[0]?.total ?? 0);
  if (all > 0) return { all, found: Number(rows[0]?.found) };
  const kept = (await readKept({ em, archive }, deploymentId)) ?? [];
  return { all: kept.length, found: kept.filter(({ message }) => holds(message, text)).length };
}

/** The line of a failed deployment's log that tells why: the first error; undefined while nothing failed. */
export async function findFailure(
  { em }: LogSource,
  { id, status }: Pick<Deployment, 'id' | 'status'>,
): Promise<number | undefined> {
  if (status !== 'failed' && status !== 'rolled_back') return undefined;
  const { rows } = await executeSql<{ first: string | null }>(
    em,
    `select min(id) as first from deployment_logs where deployment_id = $1 and level = 'error'`,
    [id],
  );
  return rows[0]?.first ? Number(rows[0].first) : undefined;
}

/** The log text stored with a deployment, as lines; undefined while rows exist, or without a log. */
async function readKept({ em, archive }: LogSource, deploymentId: string): Promise<LogLine[] | undefined> {
  const { rows } = await executeSql<{ logs: string | null; metadata: DeploymentMetadata }>(
    em,
    `select logs, metadata from deployments
     where id = $1 and not exists (select from deployment_logs where deployment_id = $1)`,
    [deploymentId],
  );
  const [found] = rows;
  if (!found || (found.logs === null && found.metadata.archive === undefined)) return undefined;
  const lines = found.logs?.split('\n') ?? (await readArchivedLog({ archive }, { ...found, id: deploymentId }));
  return lines.map((message, at) => ({ id: at + 1, level: 'info', at: null, message }));
}

function pageOf(kept: LogLine[], { after, before, limit, text }: LogQuery): LogPage {
  const wanted = kept.filter(
    ({ id, message }) => id > (after ?? 0) && id < (before ?? Number.POSITIVE_INFINITY) && holds(message, text),
  );
  const lines = after === undefined ? wanted.slice(-limit) : wanted.slice(0, limit);
  return { lines, more: wanted.length > limit };
}

function holds(message: string, text = ''): boolean {
  return message.toLowerCase().includes(text.toLowerCase());
}

/** A `like` pattern that matches the text literally. */
function pattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
