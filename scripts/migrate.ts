// `npm run migrate`, and `npm run migrate:down` (with the argument `down`).
import { loadConfig } from '../src/config.ts';
import { lockDataDir } from '../src/database/data-dir-lock.ts';
import { startEmbeddedPostgres } from '../src/database/embedded.ts';
import { migrate, migrateDown } from '../src/database/migrate.ts';
import { UserError } from '../src/errors.ts';

async function run(databaseUrl: string): Promise<void> {
  if (process.argv[2] === 'down') {
    const undone = await migrateDown(databaseUrl);
    console.log(undone ? `taken back: ${undone}` : 'nothing to take back');
    return;
  }
  const ran = await migrate(databaseUrl);
  console.log(ran.length > 0 ? `migrated: ${ran.join(', ')}` : 'the database is up to date');
}

try {
  const config = loadConfig();
  if (config.databaseUrl) {
    await run(config.databaseUrl);
  } else {
    const lock = await lockDataDir(config.dataDir);
    try {
      const server = await startEmbeddedPostgres(config.dataDir);
      try {
        await run(server.url);
      } finally {
        await server.stop();
      }
    } finally {
      await lock.release();
    }
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
