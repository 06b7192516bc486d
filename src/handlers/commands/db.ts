import { databaseTypes } from '../../entities/managed-database.ts';
import { createDatabase } from '../../usecases/databases/create-database.ts';
import { changeDatabase } from '../../usecases/databases/change-database.ts';
import { restartDatabase, startDatabase, stopDatabase } from '../../usecases/databases/control-database.ts';
import { deleteDatabase } from '../../usecases/databases/delete-database.ts';
import { databaseName } from '../../usecases/databases/find-database.ts';
import { allOf } from '../../word-lists.ts';
import { keyValuePair } from '../key-value-pair.ts';
import { defineCommand } from '../command.ts';
import { databaseData, engineVersion, underWay } from '../../replies/database-reply.ts';
import { choice, flag, many, named, optional, text } from '../options.ts';
import { plannedSize } from '../planned-size.ts';

export const database = text('Database', 'database');

const settings = {
  version: optional(named(text('Version of the engine, e.g. 17'))),
  image: optional(named(text('Image to use instead of the official one, e.g. mariadb:11'))),
  memory: optional(named(text('Memory limit, e.g. 1G'))),
  cpus: optional(named(text('CPU limit, e.g. 0.5'))),
  config: optional(named(many(text('Engine setting, e.g. max_connections=200')))),
};

export const dbCreate = defineCommand({
  name: 'db create',
  summary: 'Create a database with its own volume and credentials',
  role: 'admin',
  answers: 'channel',
  options: {
    name: text('Name with its project, e.g. shop/orders'),
    type: named(choice('Type of database', databaseTypes)),
    size: optional(plannedSize()),
    pitr: flag('PostgreSQL: archive its log, to restore it to any moment'),
    ...settings,
  },
  form: ['name', 'type', 'version', 'size', 'config'],
  examples: [
    'db create shop/orders --type postgresql --size 10G',
    'db create shop/cache --type redis --memory 256M --config maxmemory=200MB --config persistent=false',
    'db create shop/blog --type mysql --image mariadb:11',
  ],
  async run({ deps, user, origin }, { config = [], pitr, size, ...input }) {
    const made = await createDatabase(deps, {
      ...input,
      user,
      origin,
      sizeGb: size,
      settings: [...config.map(keyValuePair), ...(pitr ? [['pitr', 'on'] as [string, string]] : [])],
    });
    const name = databaseName(made);
    return underWay(
      made,
      `\`${name}\` (${engineVersion(made)}) is starting. \`db attach ${name} <application>\` gives an application its ` +
        `connection string.`,
    );
  },
});

export const dbSet = defineCommand({
  name: 'db set',
  summary: 'Change settings, limits, image or version of a database; it restarts',
  role: 'developer',
  answers: 'channel',
  options: { name: database, ...settings },
  examples: ['db set shop/orders --config max_connections=200 --memory 2G', 'db set shop/orders --version 17.5'],
  async run({ deps, user, origin }, { config = [], ...input }) {
    const request = { ...input, user, origin, settings: config.map(keyValuePair) };
    const { database: changed, upgraded } = await changeDatabase(deps, request);
    const name = databaseName(changed);
    if (changed.status === 'stopped')
      return underWay(changed, `\`${name}\` is stopped; the change applies when it starts.`);
    const back = 'If it does not start, Shipmate restores the previous settings.';
    if (!upgraded) return underWay(changed, `\`${name}\` restarts with the new settings. ${back}`);
    const warning =
      'Once the new version has written data, the old one cannot read it: only a backup brings the old data back.';
    return underWay(changed, `\`${name}\` is moving to ${engineVersion(changed)}. ${back} ${warning}`, 'warning');
  },
});

export const dbStop = defineCommand({
  name: 'db stop',
  summary: 'Stop a database; its data stays',
  role: 'developer',
  answers: 'channel',
  options: { name: database },
  async run({ deps, user, origin }, { name }) {
    const stopped = await stopDatabase(deps, { user, origin, name });
    const full = databaseName(stopped);
    return underWay(stopped, `\`${full}\` is stopping. \`db start ${full}\` brings it back.`, 'warning');
  },
});

export const dbStart = defineCommand({
  name: 'db start',
  summary: 'Start a stopped or failed database',
  role: 'developer',
  answers: 'channel',
  options: { name: database },
  async run({ deps, user, origin }, { name }) {
    const started = await startDatabase(deps, { user, origin, name });
    return underWay(started, `\`${databaseName(started)}\` is starting.`);
  },
});

export const dbRestart = defineCommand({
  name: 'db restart',
  summary: 'Restart a database',
  role: 'developer',
  answers: 'channel',
  options: { name: database },
  async run({ deps, user, origin }, { name }) {
    const restarted = await restartDatabase(deps, { user, origin, name });
    return underWay(restarted, `\`${databaseName(restarted)}\` is restarting.`);
  },
});

export const dbDelete = defineCommand({
  name: 'db delete',
  summary: 'Delete a database, and its data and backups only if you say so',
  role: 'admin',
  answers: 'channel',
  options: {
    name: database,
    data: flag('Delete its volume with all data'),
    backups: flag('Delete its backups too'),
  },
  examples: ['db delete shop/orders --data'],
  async run({ deps, user, origin }, { name, data, backups }) {
    const deleted = await deleteDatabase(deps, { user, origin, name, data, backups });
    const forgotten = deleted.backups > 0 ? ' Its stored backups are being removed too.' : '';
    const closed =
      deleted.domains.length > 0 ? ` So ${deleted.domains.length === 1 ? 'is' : 'are'} ${allOf(deleted.domains)}.` : '';
    const text = `\`${databaseName(deleted.database)}\` is deleted.${closed}${forgotten}`;
    const { leftOn } = deleted;
    if (!leftOn) return { tone: 'success', text, data: databaseData(deleted.database) };
    const rest = `Its data stays on node \`${leftOn.node}\`, where Shipmate does not run. To delete it, run \`docker volume rm ${leftOn.volume}\` there.`;
    return { tone: 'warning', text: `${text} ${rest}`, data: { ...databaseData(deleted.database), leftOn } };
  },
});
