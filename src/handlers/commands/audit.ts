import { readAudit } from '../../usecases/read-audit.ts';
import { defineCommand } from '../command.ts';
import { integer, named, optional, text } from '../options.ts';
import { parseSince } from '../present.ts';

export const audit = defineCommand({
  name: 'audit',
  summary: 'Show who did what, newest first',
  role: 'admin',
  options: {
    user: optional(named(text('Only what this user did'))),
    app: optional(named(text('Only what concerns this application', 'application'))),
    since: optional(named(text('Not older than this, e.g. `1d`'))),
    limit: optional(named(integer('How many (default 20)', { min: 1, max: 500 }))),
  },
  examples: ['audit --user ada --since 1d', 'audit --app shop/api'],
  async run({ deps, user }, { user: username, app: application, since, limit = 20 }) {
    const from = since === undefined ? undefined : new Date(Date.now() - parseSince(since) * 1_000);
    const entries = await readAudit(deps, user, { username, application, since: from, limit });
    if (entries.length === 0) return { tone: 'info', text: 'Nothing is recorded for that.', data: [] };
    return {
      tone: 'info',
      title: 'Audit log',
      table: {
        columns: ['When (UTC)', 'Who', 'Action', 'Details'],
        rows: entries.map((entry) => [
          entry.createdAt.toISOString().slice(0, 19).replace('T', ' '),
          entry.user?.username ?? 'system',
          entry.action,
          JSON.stringify(entry.details),
        ]),
      },
      data: entries.map((entry) => ({
        at: entry.createdAt,
        user: entry.user?.username ?? null,
        action: entry.action,
        resourceType: entry.resourceType,
        resourceId: entry.resourceId ?? null,
        details: entry.details,
      })),
    };
  },
});
