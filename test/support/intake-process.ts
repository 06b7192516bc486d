// Shipmate's intake in a process of its own, to be killed: tells the port that it listens on.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectDatabase } from '../../src/database/connect.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import { createHttp } from '../../src/handlers/http/http.ts';
import { createLogger } from '../../src/logger.ts';
import { pgBossQueue } from '../../src/queue/pg-boss.ts';
import { createCipher } from '../../src/secrets/aes-gcm.ts';
import { fakeDeps } from './fakes.ts';

const { DATABASE_URL = '', KEY = '' } = process.env;
const logger = createLogger('silent');
const database = await connectDatabase(DATABASE_URL);
const queue = pgBossQueue({ databaseUrl: DATABASE_URL, database, logger, jobTimeoutSeconds: 3_600 });
await queue.start();
const deps = { ...fakeDeps(database), logger, queue, cipher: createCipher([Buffer.from(KEY, 'base64')]) };
// Without commands, which take a third of the start.
const server = createServer(createHttp(deps, async () => createDispatcher(deps, [])));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
// Nobody needs it once its parent has gone.
process.on('disconnect', () => process.exit(0));
