import type { DumpTool, DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { measureArchive } from './measure-archive.ts';

const configFile = '/shipmate-mongo.yaml';

function run(program: string, { host, password, user }: DatabaseLogin, ...more: string[]): ToolRun {
  return {
    command: [
      program,
      `--config=${configFile}`,
      `--host=${host}:27017`,
      `--username=${user}`,
      '--authenticationDatabase=admin',
      '--archive',
      '--numParallelCollections=1',
      ...more,
    ],
    env: {},
    files: { [configFile]: `password: ${JSON.stringify(password)}\n` },
  };
}

function dump(login: DatabaseLogin): ToolRun {
  return run('mongodump', login, `--db=${login.database}`);
}

/**
 * `--archive` without a file is standard output and input. A dump of one database of a server without a replica set is
 * not of one moment: each collection is.
 * @see https://www.mongodb.com/docs/database-tools/mongodump/
 */
export const dumpTool: DumpTool = {
  dump,
  restore: (login) => ({
    atomic: false,
    before: [],
    load: run('mongorestore', login, '--drop', '--stopOnError', `--nsInclude=${login.database}.*`),
    after: [],
    mend: [],
  }),
  measure: measureArchive,
  count: { run: dump, measure: measureArchive },
};
