import { z } from 'zod';
import { reconcileDatabaseJobName } from '../usecases/databases/database-jobs.ts';
import type { Job } from './job.ts';

const Setting = z.union([z.string(), z.number(), z.boolean()]);
const Input = z.object({
  databaseId: z.uuid(),
  before: z.object({ version: z.string(), config: z.record(z.string(), Setting) }).optional(),
});

/** Enqueued by `db create`, `start`, `stop`, `restart` and `set`. */
export const reconcileDatabaseJob: Job = {
  name: reconcileDatabaseJobName,
  formerNames: ['settle-database'],
  summary: 'Brings a database’s server to the requested state',
  async run(deps, { input, signal }) {
    const { reconcileDatabase } = await import('../usecases/databases/reconcile-database.ts');
    const { databaseId, before } = Input.parse(input);
    return reconcileDatabase(deps, databaseId, signal, before);
  },
};
