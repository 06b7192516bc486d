import { attachDatabase, detachDatabase } from '../../usecases/databases/attach-database.ts';
import { databaseName } from '../../usecases/databases/find-database.ts';
import { allOf } from '../../word-lists.ts';
import { defineCommand } from '../command.ts';
import { named, optional, text } from '../options.ts';
import { database } from './db.ts';

const application = text('Application of the same project', 'application');

export const dbAttach = defineCommand({
  name: 'db attach',
  summary: 'Give an application the connection string of a database as a secret variable',
  role: 'developer',
  answers: 'channel',
  options: {
    name: database,
    app: application,
    as: optional(named(text('Name of the variable (default: the usual one for the type of database)'))),
  },
  examples: ['db attach shop/orders shop/api', 'db attach shop/cache shop/api --as CACHE_URL'],
  async run({ deps, user, origin }, { name, app, as: key }) {
    const attached = await attachDatabase(deps, { user, origin, name, application: app, key });
    return {
      tone: 'success',
      text:
        `\`${attached.application}\` gets \`${databaseName(attached.database)}\` in ${allOf(attached.keys)} with its next ` +
        `deployment: \`redeploy ${attached.application}\`.`,
      actions: [{ label: 'Redeploy', command: `redeploy ${attached.application}`, style: 'primary' }],
      data: { database: databaseName(attached.database), application: attached.application, keys: attached.keys },
    };
  },
});

export const dbDetach = defineCommand({
  name: 'db detach',
  summary: 'Remove the connection string of a database from an application',
  role: 'developer',
  answers: 'channel',
  options: { name: database, app: application, as: optional(named(text('Only the variable with this name'))) },
  examples: ['db detach shop/orders shop/api'],
  async run({ deps, user, origin }, { name, app, as: key }) {
    const detached = await detachDatabase(deps, { user, origin, name, application: app, key });
    const keys = allOf(detached.keys);
    return {
      tone: 'success',
      text:
        `Removed ${keys} from \`${detached.application}\`. Running tasks keep it until ` +
        `\`redeploy ${detached.application}\`.`,
      actions: [{ label: 'Redeploy', command: `redeploy ${detached.application}`, style: 'primary' }],
      data: { database: databaseName(detached.database), application: detached.application, keys: detached.keys },
    };
  },
});
