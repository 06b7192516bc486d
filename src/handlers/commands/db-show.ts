import { databaseName } from '../../usecases/databases/find-database.ts';
import { readCredentials } from '../../usecases/databases/read-credentials.ts';
import { readDatabaseLogs } from '../../usecases/databases/read-database-logs.ts';
import { listDatabases, readDatabase } from '../../usecases/databases/read-databases.ts';
import { defineCommand } from '../command.ts';
import { databaseData, detailsReply, engineVersion } from '../../replies/database-reply.ts';
import { shortId } from '../../replies/short-id.ts';
import { flag, integer, named, optional, text } from '../options.ts';
import { logReply } from '../../replies/log-reply.ts';
import { secondsAgo } from '../since.ts';
import { database } from './db.ts';

export const dbList = defineCommand({
  name: 'db list',
  summary: 'List the databases you see',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {
    project: optional(text('Only for this project', 'project')),
    all: flag('With the throw-away databases of previews'),
    after: optional(named(text('Continue a list: the id that its end shows'))),
  },
  async run({ deps, user }, { all, project, after }) {
    const { databases, more } = await listDatabases(deps, user, { all, project, after });
    if (databases.length === 0) {
      const text = 'No databases yet. `db create <project>/<name> --type postgresql` creates one.';
      return { tone: 'info', text, data: [] };
    }
    return {
      tone: databases.some(({ status }) => status === 'failed') ? 'warning' : 'info',
      title: 'Databases',
      ...(more && {
        text: `These are ${databases.length}. The next ones: \`db list${project === undefined ? '' : ` ${project}`}${all ? ' --all' : ''} --after ${shortId(databases.at(-1)?.id ?? '')}\`.`,
      }),
      table: {
        columns: ['Database', 'Engine', 'Status'],
        rows: databases.map((one) => [databaseName(one), engineVersion(one), one.status]),
        actions: databases.map((one) => ({ label: 'Show', command: `db show ${databaseName(one)}` })),
      },
      data: databases.map(databaseData),
    };
  },
});

export const dbShow = defineCommand({
  name: 'db show',
  summary: 'Show a database: its state, attached applications and last backup',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { name: database, credentials: flag('Show the connection string, only to you; the audit log records this') },
  examples: ['db show shop/orders', 'db show shop/orders --credentials'],
  async run({ deps, user, origin }, { name, credentials }) {
    if (!credentials) return detailsReply(await readDatabase(deps, user, name));
    const { connectionUrl, database: of, outside } = await readCredentials(deps, { user, origin, name });
    return {
      tone: 'warning',
      title: `Connection string of ${databaseName(of)}`,
      text: `${whereItWorks(outside)} Anyone who has it can read and change everything in the database.`,
      code: [connectionUrl, ...outside].join('\n'),
      private: true,
      data: { name: databaseName(of), connectionString: connectionUrl, outside },
    };
  },
});

function whereItWorks(outside: string[]): string {
  if (outside.length === 0) return 'It works only inside the project’s network.';
  return 'The first works inside the project’s network, the others outside, for the networks that the domain lets in.';
}

export const dbLogs = defineCommand({
  name: 'db logs',
  summary: 'Show the server log of a database',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {
    name: database,
    lines: optional(named(integer('How many lines (default 50)', { min: 1, max: 5_000 }))),
    since: optional(named(text('Newer than this, e.g. `10m`'))),
  },
  examples: ['db logs shop/orders --lines 100 --since 10m'],
  async run({ deps, user }, { name, lines = 50, since }) {
    const options = { lines, ...(since !== undefined && { sinceSeconds: secondsAgo(since) }) };
    const log = await readDatabaseLogs(deps, user, name, options);
    return logReply(`Log of ${databaseName(log.database)}`, log);
  },
});
