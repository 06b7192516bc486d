// Shipmate's intake as `npm start` runs it, without workers: what is accepted stays queued.
import { createServer } from 'node:http';
import { connectDatabase } from '../../src/database/connect.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import { createHttp } from '../../src/handlers/http/http.ts';
import { createLogger } from '../../src/logger.ts';
import { pgBossQueue } from '../../src/queue/pg-boss.ts';
import { createCipher } from '../../src/secrets/aes-gcm.ts';
import { fakeDeps } from '../../test/support/fakes.ts';

const { DATABASE_URL = '', KEY = '', PORT } = process.env;
const logger = createLogger('silent');
const database = await connectDatabase(DATABASE_URL);
const queue = pgBossQueue({ databaseUrl: DATABASE_URL, database, logger, jobTimeoutSeconds: 3_600 });
await queue.start();
const deps = { ...fakeDeps(database), logger, queue, cipher: createCipher([Buffer.from(KEY, 'base64')]) };
createServer(createHttp(deps, async () => createDispatcher(deps, commands))).listen(Number(PORT), '127.0.0.1', () =>
  process.send?.('ready'),
);
