import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { EnvVar } from '../../../src/entities/env-var.ts';
import { HostApp } from '../../../src/entities/host-app.ts';
import { createCipher, keyId } from '../../../src/secrets/aes-gcm.ts';
import { verifyKeys } from '../../../src/secrets/verify-keys.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeGitSource } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const before = createCipher([oldKey]);
const during = createCipher([newKey, oldKey]);
const after = createCipher([newKey]);
const secrets = 250;

let db: TestDatabase;
let leases: Leases;
let root: Person;
beforeEach(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
  root = await makePerson(fakeDeps(db.database, { cipher: during, leases }), 'super_admin');
  await storeSecrets();
});
afterEach(async () => {
  await leases.close();
  await db.close();
});

/** More variables than one batch, and one secret in every other place there is. */
async function storeSecrets(): Promise<void> {
  const application = await makeApplication(db.database);
  const source = await makeGitSource(db.database, { application });
  const em = db.database.asSystem();
  const config = {
    secret: before.encrypt('webhook', `git_sources:${source.id}:secret`),
    token: before.encrypt('token', `git_sources:${source.id}:token`),
    status_token: before.encrypt('status', `git_sources:${source.id}:status_token`),
  };
  await executeSql(em, 'update git_sources set webhook_config = $1', [JSON.stringify(config)]);
  const ids = (
    await executeSql<{ id: string }>(em, `select gen_random_uuid() as id from generate_series(1, ${secrets})`)
  ).rows;
  await executeSql(
    em,
    `insert into env_vars (id, application_id, key, value, is_secret)
     select id::uuid, $1, 'KEY_' || number, value, true from unnest($2::text[], $3::text[]) with ordinality as given (id, value, number)`,
    [
      application.id,
      ids.map(({ id }) => id),
      ids.map(({ id }, at) => before.encrypt(`value ${at + 1}`, `env_vars:${id}:value`)),
    ],
  );
  const database = 'dddddddd-0000-4000-8000-000000000001';
  await executeSql(
    em,
    `insert into databases (id, project_id, name, type, version, connection_string)
     select $1, id, 'main', 'redis', '7', $2 from projects`,
    [database, before.encrypt('redis://', `databases:${database}:connection_string`)],
  );
  const certificate = 'cccccccc-0000-4000-8000-000000000001';
  await executeSql(
    em,
    `with domain as (
       insert into domains (id, project_id, domain, target_type, target_id)
       select gen_random_uuid(), id, 'a.example', 'application', id from projects returning id
     )
     insert into certificates (id, domain_id, issuer, certificate, private_key, expires_at)
     select $1, id, 'CA', 'PEM', $2, now() + interval '1 day' from domain`,
    [certificate, before.encrypt('PEM key', `certificates:${certificate}:private_key`)],
  );
  const order = 'cccccccc-0000-4000-8000-000000000002';
  await executeSql(
    em,
    `insert into certificate_orders (id, host, directory_url, private_key) values ($1, 'a.example', 'https://ca', $2)`,
    [order, before.encrypt('PEM key', `certificate_orders:${order}:private_key`)],
  );
  const variable = 'cccccccc-0000-4000-8000-000000000004';
  await executeSql(
    em,
    `insert into preview_variables (id, application_id, key, value, is_secret) values ($1, $2, 'KEY', $3, true)`,
    [variable, application.id, before.encrypt('preview', `preview_variables:${variable}:value`)],
  );
  const shared = 'cccccccc-0000-4000-8000-000000000006';
  await executeSql(
    em,
    `insert into shared_variables (id, project_id, key, value, is_secret) select $1, id, 'KEY', $2, true from projects`,
    [shared, before.encrypt('shared', `shared_variables:${shared}:value`)],
  );
  const changed = 'cccccccc-0000-4000-8000-000000000007';
  await executeSql(
    em,
    `with change as (insert into variable_changes (project_id) select id from projects returning id)
     insert into changed_variables (id, change_id, key, before_kind, before_value, after_kind)
     select $1, id, 'KEY', 'secret', $2, 'unset' from change`,
    [changed, before.encrypt('earlier', `changed_variables:${changed}:before_value`)],
  );
  const account = 'cccccccc-0000-4000-8000-000000000003';
  await executeSql(em, `insert into acme_accounts (id, directory_url, private_key) values ($1, 'https://ca', $2)`, [
    account,
    before.encrypt('PEM key', `acme_accounts:${account}:private_key`),
  ]);
  const app = 'cccccccc-0000-4000-8000-000000000005';
  await executeSql(
    em,
    `insert into host_apps (id, server, number, slug, name, owner, of_organization, client_id, client_secret, private_key,
       webhook_secret) values ($1, 'https://host', '1', 'a', 'A', 'acme', true, 'c', $2, $3, $4)`,
    [
      app,
      ...['client_secret', 'private_key', 'webhook_secret'].map((key) =>
        before.encrypt(key, `host_apps:${app}:${key}`),
      ),
    ],
  );
}

const rewritten = {
  env_vars: secrets,
  preview_variables: 1,
  shared_variables: 1,
  changed_variables: 1,
  databases: 1,
  certificates: 1,
  certificate_orders: 1,
  acme_accounts: 1,
  assistant_requests: 0,
  backup_stores: 0,
  host_apps: 3,
  git_sources: 3,
};

describe('keys rotate', () => {
  it('encrypts every secret anew, so that the old key can go', async () => {
    await expect(verifyKeys(db.database, after)).rejects.toThrow(keyId(oldKey));
    const reply = await root.type('keys rotate');
    expect(reply).toMatchObject({
      tone: 'success',
      data: {
        keyId: keyId(newKey),
        rewritten,
        left: 0,
      },
    });
    await expect(verifyKeys(db.database, after)).resolves.toBeUndefined();
    const rows = await db.database.asSystem().transactional(async (em) => em.find(EnvVar, {}));
    const values = rows.map((row) => [row.key, after.decrypt(row.value, `env_vars:${row.id}:value`)]);
    expect(values).toContainEqual(['KEY_1', 'value 1']);
    expect(values).toContainEqual([`KEY_${secrets}`, `value ${secrets}`]);
    const [app] = await db.database
      .asSystem()
      .find(HostApp, {}, { fields: ['clientSecret', 'privateKey', 'webhookSecret'] });
    const opened = (key: 'client_secret' | 'private_key' | 'webhook_secret', sealed = '') =>
      after.decrypt(sealed, `host_apps:${app?.id}:${key}`);
    expect([
      opened('client_secret', app?.clientSecret),
      opened('private_key', app?.privateKey),
      opened('webhook_secret', app?.webhookSecret),
    ]).toEqual(['client_secret', 'private_key', 'webhook_secret']);
  });

  it('is recorded with the ids of keys and nothing of what they hide', async () => {
    await root.type('keys rotate');
    const { rows } = await executeSql(
      db.database.asSystem(),
      `select details, user_id from audit_logs where action = 'keys.rotate'`,
    );
    expect(rows).toEqual([
      {
        user_id: root.user.id,
        details: {
          kind: 'secret_key',
          key: keyId(newKey),
          rewritten,
          left: 0,
        },
      },
    ]);
  });

  it('keeps what somebody sets meanwhile', async () => {
    const written = async () => {
      for (let number = 1; number <= 40; number += 1) {
        const name = `KEY_${number * 6}`;
        await db.database.asSystem().transactional(async (em) => {
          const row = await em.findOneOrFail(EnvVar, { key: name });
          row.value = during.encrypt('changed meanwhile', `env_vars:${row.id}:value`);
        });
      }
    };
    const [reply] = await Promise.all([root.type('keys rotate'), written()]);
    expect(reply.tone).toBe('success');
    const rows = await db.database.asSystem().transactional(async (em) => em.find(EnvVar, {}));
    const values = rows.map((row) => after.decrypt(row.value, `env_vars:${row.id}:value`));
    expect(values.filter((value) => value === 'changed meanwhile')).toHaveLength(40);
  });

  it('goes on where it was cut short, and has nothing to do the next time', async () => {
    const [half] = (
      await executeSql<{ id: string; value: string }>(db.database.asSystem(), 'select id, value from env_vars limit 1')
    ).rows;
    const identity = `env_vars:${half?.id}:value`;
    const renewed = during.encrypt(before.decrypt(half?.value ?? '', identity), identity);
    await executeSql(db.database.asSystem(), 'update env_vars set value = $1 where id = $2', [renewed, half?.id]);
    expect(await root.type('keys rotate')).toMatchObject({ data: { rewritten: { env_vars: secrets - 1 } } });
    expect((await root.type('keys rotate')).text).toContain('is already encrypted with');
  });

  it('runs once at a time', async () => {
    const lease = await leases.tryAcquire('keys:rotate');
    expect((await root.type('keys rotate')).text).toContain('A key rotation is already running');
    await lease?.release();
  });

  it('shows which keys are in use', async () => {
    const shown = await root.type('keys show');
    expect(shown.title).toContain(keyId(newKey));
    expect(shown.table?.rows).toContainEqual(['env_vars', keyId(oldKey), String(secrets)]);
  });
});

describe('a ciphertext moved to another row', () => {
  it('does not decrypt, and nobody is shown it', async () => {
    await executeSql(
      db.database.asSystem(),
      `update env_vars set value = (select value from env_vars where key = 'KEY_2') where key = 'KEY_1'`,
    );
    const reply = await root.type('keys rotate');
    expect(reply.text).toMatch(/^Something went wrong \(error id [0-9a-f]{8}\)/);
    expect(JSON.stringify(reply)).not.toContain('v1.');
  });
});
