import type pg from 'pg';
import { createTestDatabase, onDatabase, type TestDatabase } from './database.ts';
import { makeDeployment, makeGitSource, makeTeam, makeUser } from './factories.ts';

/** A database with one row in the tables that others refer to, to try statements on. */
export interface Stage {
  db: TestDatabase;
  /** The name of the constraint that refuses the statements, or `accepted`; deferred ones are looked at too. */
  attempt(sql: string): Promise<string>;
  /** What `query` finds after the statements. They are taken back. */
  after(sql: string, query: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** In statements, `:user`, `:team`, `:project`, `:application`, `:deployment` and `:source` are the rows' ids. */
export async function makeStage(): Promise<Stage> {
  const db = await createTestDatabase();
  const deployment = await makeDeployment(db.database);
  const { application } = deployment;
  const source = await makeGitSource(db.database, { application });
  const user = await makeUser(db.database);
  const team = await makeTeam(db.database, [[user, 'owner']]);
  const ids: Record<string, string> = {
    user: user.id,
    team: team.id,
    project: application.project.id,
    application: application.id,
    deployment: deployment.id,
    source: source.id,
  };
  const bind = (sql: string) =>
    sql.replaceAll(/:([a-z]+)\b/g, (whole, name: string) => (ids[name] ? `'${ids[name]}'` : whole));

  function inTransaction<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    return onDatabase(db.url, async (client) => {
      await client.query('begin');
      try {
        return await work(client);
      } finally {
        await client.query('rollback');
      }
    });
  }

  return {
    db,
    attempt: (sql) =>
      inTransaction(async (client) => {
        try {
          await client.query(bind(sql));
          await client.query('set constraints all immediate');
          return 'accepted';
        } catch (error) {
          return (error as pg.DatabaseError).constraint ?? String(error);
        }
      }),
    after: (sql, query) =>
      inTransaction(async (client) => {
        await client.query(bind(sql));
        const { rows } = await client.query<Record<string, unknown>>(bind(query));
        return rows;
      }),
    close: () => db.close(),
  };
}
