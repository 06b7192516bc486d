import { randomBytes, randomUUID } from 'node:crypto';
import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { createCipher } from '../src/secrets/aes-gcm.ts';
import { gitSourceIdentity } from '../src/usecases/applications/application-environment.ts';
import { makeApplication, makeGitSource, makeProject } from '../test/support/factories.ts';
import { benchPostgres } from './support/database.ts';
import { secret, sendPushes } from './support/intake-load.ts';
import { startReceivers } from './support/intake-servers.ts';
import { round } from './support/table.ts';

const counts = [1, 200];
const seconds = 5;

export interface FanOutRow {
  applications: number;
  /** Of one push, from the request to the answer, milliseconds; median and 99th percentile. */
  p50: number;
  p99: number;
  /** What each application after the first adds to the median, milliseconds. */
  perApplication: number;
}

/** One push to a repository that feeds many applications, beside one that feeds a single one. */
export async function benchPushFanOut(): Promise<FanOutRow[]> {
  await using postgres = await benchPostgres();
  await using stack = new AsyncDisposableStack();
  const key = randomBytes(32);
  await migrate(postgres.url);
  for (const count of counts) await seed(postgres.url, key, count);
  const [shipmate] = await startReceivers(postgres.url, key, stack);
  if (!shipmate) throw new Error('no server');
  const rows: FanOutRow[] = [];
  for (const applications of counts) {
    const load = () => sendPushes(shipmate.port, [repositoryOf(applications)], { connections: 1, seconds });
    await load();
    const { p50, p99 } = await load();
    const [first] = rows;
    const perApplication = first ? round((p50 - first.p50) / (applications - 1)) : 0;
    rows.push({ applications, p50, p99, perApplication });
  }
  return rows;
}

const repositoryOf = (count: number) => `bench/feeds-${count}`;

async function seed(url: string, key: Buffer, count: number): Promise<void> {
  const database = await connectDatabase(url);
  const cipher = createCipher([key]);
  const project = await makeProject(database);
  for (let index = 0; index < count; index += 1) {
    const application = await makeApplication(database, { project });
    const id = randomUUID();
    // One of them has the webhook that was added, as people are told to.
    const own = index === 0 ? secret : randomUUID();
    const webhookConfig = { secret: cipher.encrypt(own, gitSourceIdentity({ id }, 'secret')) };
    await makeGitSource(database, { id, application, repository: repositoryOf(count), webhookConfig });
  }
  await database.close();
}

if (import.meta.main) console.table(await benchPushFanOut());
