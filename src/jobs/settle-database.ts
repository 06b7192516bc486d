import { z } from 'zod';
import { settleDatabaseJobName } from '../usecases/databases/database-jobs.ts';
import { settleDatabase } from '../usecases/databases/settle-database.ts';
import type { Job } from './job.ts';

const Setting = z.union([z.string(), z.number(), z.boolean()]);
const Input = z.object({
  databaseId: z.uuid(),
  before: z.object({ version: z.string(), config: z.record(z.string(), Setting) }).optional(),
});

/** `db create`, `start`, `stop`, `restart` and `set` enqueue it. */
export const settleDatabaseJob: Job = {
  name: settleDatabaseJobName,
  summary: 'Brings the server of a database to what was asked for',
  async run(deps, { input, signal }) {
    const { databaseId, before } = Input.parse(input);
    return settleDatabase(deps, databaseId, signal, before);
  },
};
