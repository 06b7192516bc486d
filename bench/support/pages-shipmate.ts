// Shipmate's pages in a process of their own. To a message `figures` it answers with its memory, its work and the
// statements that it has sent since the last one.
import { createServer } from 'node:http';
import pg from 'pg';
import { connectDatabase } from '../../src/database/connect.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import { createHttp } from '../../src/handlers/http/http.ts';
import { createCipher } from '../../src/secrets/aes-gcm.ts';
import { fakeDeps } from '../../test/support/fakes.ts';

const { DATABASE_URL = '', KEY = '', PORT } = process.env;
let statements = 0;
const query = pg.Client.prototype.query as (...given: unknown[]) => unknown;
pg.Client.prototype.query = function counted(this: pg.Client, ...given: unknown[]) {
  statements += 1;
  return query.apply(this, given);
} as typeof pg.Client.prototype.query;

let since = { at: performance.now(), cpu: process.cpuUsage() };
process.on('message', () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage(since.cpu);
  const seconds = (performance.now() - since.at) / 1_000;
  process.send?.({
    megabytes: process.memoryUsage().rss / 1_000_000,
    statementsPerSecond: statements / seconds,
    cpu: (user + system) / 1_000_000 / seconds,
  });
  statements = 0;
  since = { at: performance.now(), cpu: process.cpuUsage() };
});

const database = await connectDatabase(DATABASE_URL);
const deps = { ...fakeDeps(database), cipher: createCipher([Buffer.from(KEY, 'base64')]) };
const server = createServer(createHttp(deps, async () => createDispatcher(deps, commands)));
server.listen(Number(PORT), '127.0.0.1', 4_096, () => process.send?.('ready'));
