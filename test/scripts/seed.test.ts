import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSamples } from '../../scripts/seed/load-samples.ts';
import { connectionString, database as sampleDatabase } from '../../scripts/seed/samples.ts';
import { executeSql } from '../../src/database/database.ts';
import { createCipher } from '../../src/secrets/aes-gcm.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const cipher = createCipher([randomBytes(32)]);
const hash = `$2b$12$${'a'.repeat(53)}`;
let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.close());

async function read(sql: string): Promise<Record<string, unknown>[]> {
  return (await executeSql(db.database.asSystem(), sql)).rows;
}

describe('the sample rows', () => {
  it('are loaded as the data model prints them, with ids that are UUIDs', async () => {
    expect(await loadSamples(db.database, cipher, hash)).toBe(true);
    expect(
      await read(
        `select u.username, p.name as project, p.metadata ->> 'cost_center' as cost_center, a.name as application,
           a.replicas, a.docker_config #>> '{resources,limits,cpus}' as cpus, d.metadata ->> 'image_size_mb' as megabytes,
           l.id as audit_id, host(l.ip_address) as ip
         from users u join projects p on p.owner_id = u.id join applications a on a.project_id = p.id
         join deployments d on d.application_id = a.id and d.triggered_by = u.id
         join audit_logs l on l.resource_id = a.id and l.user_id = u.id`,
      ),
    ).toEqual([
      {
        username: 'john_doe',
        project: 'my-saas-app',
        cost_center: 'engineering',
        application: 'api-service',
        replicas: 3,
        cpus: '0.5',
        megabytes: '450',
        audit_id: '1523456',
        ip: '192.168.1.100',
      },
    ]);
    const lines = await read('select message from deployment_logs order by id');
    expect(lines.map(({ message }) => message)).toContain('Deployment complete.');
  });

  it('hold the connection string encrypted', async () => {
    await loadSamples(db.database, cipher, hash);
    const [row] = await read('select connection_string from databases');
    const stored = String(row?.['connection_string']);
    expect(stored).not.toContain('dokploy');
    expect(cipher.decrypt(stored, `databases:${sampleDatabase.id}:connection_string`)).toBe(connectionString);
  });

  it('are left alone by a second run', async () => {
    await loadSamples(db.database, cipher, hash);
    expect(await loadSamples(db.database, cipher, hash)).toBe(false);
    expect(await read('select count(*)::int as logs from deployment_logs')).toEqual([{ logs: 4 }]);
  });
});
