import { randomBytes, randomUUID } from 'node:crypto';
import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { Application } from '../src/entities/application.ts';
import { DeployLock } from '../src/entities/deploy-lock.ts';
import { createCipher } from '../src/secrets/aes-gcm.ts';
import { gitSourceIdentity } from '../src/usecases/applications/application-environment.ts';
import { makeApplication, makeGitSource, makeProject } from '../test/support/factories.ts';
import { benchPostgres } from './support/database.ts';
import { secret, sendPushes } from './support/intake-load.ts';
import { startReceivers } from './support/intake-servers.ts';
import { round } from './support/table.ts';

/** Of the applications of a repository, so many are locked. */
const cases = [
  { applications: 1, locked: 0 },
  { applications: 200, locked: 0 },
  { applications: 200, locked: 1 },
];
const seconds = 5;

export interface FanOutRow {
  applications: number;
  locked: number;
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
  for (const one of cases) await seed(postgres.url, key, one);
  const [shipmate] = await startReceivers(postgres.url, key, stack);
  if (!shipmate) throw new Error('no server');
  const rows: FanOutRow[] = [];
  for (const one of cases) {
    const { applications, locked } = one;
    const load = () => sendPushes(shipmate.port, [repositoryOf(one)], { connections: 1, seconds });
    await load();
    const { p50, p99 } = await load();
    const [first] = rows;
    const perApplication = first ? round((p50 - first.p50) / (applications - 1)) : 0;
    rows.push({ applications, locked, p50, p99, perApplication });
  }
  return rows;
}

type Case = (typeof cases)[number];

const repositoryOf = ({ applications, locked }: Case) => `bench/feeds-${applications}-${locked}`;

async function seed(url: string, key: Buffer, one: Case): Promise<void> {
  const database = await connectDatabase(url);
  const cipher = createCipher([key]);
  const project = await makeProject(database);
  for (let index = 0; index < one.applications; index += 1) {
    const application = await makeApplication(database, { project });
    const id = randomUUID();
    // One of them has the webhook that was added, as people are told to.
    const own = index === 0 ? secret : randomUUID();
    const webhookConfig = { secret: cipher.encrypt(own, gitSourceIdentity({ id }, 'secret')) };
    await makeGitSource(database, { id, application, repository: repositoryOf(one), webhookConfig });
    if (index >= one.locked) continue;
    const em = database.asSystem();
    em.create(DeployLock, {
      application: em.getReference(Application, application.id),
      holder: 'ada',
      reason: 'bench',
    });
    await em.flush();
  }
  await database.close();
}

if (import.meta.main) console.table(await benchPushFanOut());
