import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { readOverview } from '../src/usecases/overview/read-overview.ts';
import { fakeDeps, testConfig } from '../test/support/fakes.ts';
import { makeManyApplications } from '../test/support/many-applications.ts';
import { makePerson, type Person } from '../test/support/person.ts';
import { benchPostgres } from './support/database.ts';
import { median, round } from './support/table.ts';

const runs = 30;

export interface VisibleRow {
  what: string;
  /** Milliseconds (median) for a person who sees 100 applications, and for one who sees 10,000 in the same tables. */
  of100: number;
  of10000: number;
  ratio: number;
}

/** Lists and single applications for people who see few and many of 10,100 applications with 303,000 deployments. */
export async function benchVisibleApplications(): Promise<VisibleRow[]> {
  await using postgres = await benchPostgres({ durable: false });
  await migrate(postgres.url);
  const database = await connectDatabase(postgres.url);
  try {
    const deps = fakeDeps(database);
    const few = await makePerson(deps, 'developer');
    const many = await makePerson(deps, 'developer');
    await makeManyApplications(postgres.url, { owner: few.user, member: many.user });
    const rows: VisibleRow[] = [];
    for (const line of [
      'status',
      'status <app>',
      'app list',
      'history <app>',
      'audit',
      'project list',
      'domain list',
    ]) {
      const typed = (person: Person, app: string) => () => person.type(line.replace('<app>', app));
      rows.push(row(line, await time(typed(few, 'own-05/app-05')), await time(typed(many, 'many-0500/app-05'))));
    }
    const overview = (person: Person) => () => readOverview({ config: testConfig, database }, person.user);
    rows.push(row('overview page', await time(overview(few)), await time(overview(many))));
    return rows;
  } finally {
    await database.close();
  }
}

function row(what: string, of100: number, of10000: number): VisibleRow {
  return { what, of100, of10000, ratio: round(of10000 / of100) };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = -5; run < runs; run += 1) {
    const started = performance.now();
    await work();
    if (run >= 0) times.push(performance.now() - started);
  }
  return round(median(times), 1);
}
