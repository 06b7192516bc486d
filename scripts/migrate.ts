// `npm run migrate`, and `npm run migrate:down` (with the argument `down`).
import { loadConfig } from '../src/config.ts';
import { migrate, migrateDown } from '../src/database/migrate.ts';
import { onConfiguredDatabase } from './support/configured-database.ts';
import { reportUserErrors } from './support/report-user-errors.ts';

async function run(databaseUrl: string): Promise<void> {
  if (process.argv[2] === 'down') {
    const undone = await migrateDown(databaseUrl);
    console.log(undone ? `reverted: ${undone}` : 'nothing to revert');
    return;
  }
  const ran = await migrate(databaseUrl);
  console.log(ran.length > 0 ? `migrated: ${ran.join(', ')}` : 'the database is up to date');
}

await reportUserErrors(() => onConfiguredDatabase(loadConfig(), run));
