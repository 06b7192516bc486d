import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeStage, type Stage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.close());

const id = 'gen_random_uuid()';

function database(columns: Record<string, string> = {}): string {
  return insert('databases', { project_id: ':project', name: `'main'`, type: `'redis'`, version: `'7'` }, columns);
}

function volume(columns: Record<string, string> = {}): string {
  return insert('volumes', { name: `'v'`, mount_path: `'/v'`, size_gb: '1' }, columns);
}

function domain(columns: Record<string, string> = {}): string {
  const valid = { project_id: ':project', domain: `'a.example'`, target_type: `'application'`, target_id: id };
  return insert('domains', valid, columns);
}

/** Of the one domain. */
function certificate(columns: Record<string, string> = {}): string {
  const valid = {
    domain_id: '(select id from domains)',
    issuer: `'CA'`,
    certificate: `'PEM'`,
    private_key: `'v1.'`,
    expires_at: `now() + interval '1 day'`,
  };
  return `${domain()}; ${insert('certificates', valid, columns)}`;
}

/** Of the one database. */
function backup(columns: Record<string, string> = {}): string {
  return `${database()}; ${insert('backups', { database_id: '(select id from databases)', type: `'full'` }, columns)}`;
}

function insert(table: string, valid: Record<string, string>, columns: Record<string, string>): string {
  const row = { id, ...valid, ...columns };
  return `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`;
}

const ofDatabase = { target_type: `'database'`, port: '5432', allowed: `'["192.0.2.0/24"]'` };

describe('constraints of resources', () => {
  it.each([
    ['check_db_type', database({ type: `'oracle'` })],
    ['check_db_status', database({ status: `'sleeping'` })],
    ['check_db_connection_string_sealed', database({ connection_string: `'postgresql://u:p@h/d'` })],
    ['databases_project_id_name_unique', `${database()}; ${database()}`],
    ['databases_project_id_foreign', database({ project_id: id })],
    ['check_volume_type', volume({ type: `'tape'` })],
    ['check_size_positive', volume({ size_gb: '0' })],
    ['check_size_positive', volume({ size_gb: '-1' })],
    ['volumes_name_unique', `${volume()}; ${volume({ mount_path: `'/other'` })}`],
    ['volumes_application_id_foreign', volume({ application_id: id })],
    ['volumes_database_id_foreign', volume({ database_id: id })],
    [
      'check_volume_owner',
      `${database()}; ${volume({ application_id: ':application', database_id: '(select id from databases)' })}`,
    ],
    ['check_domain_format', domain({ domain: `'localhost'` })],
    ['check_domain_format', domain({ domain: `'Shop.example'` })],
    ['check_domain_format', domain({ domain: `'-a.example'` })],
    ['check_domain_format', domain({ domain: `'a..example'` })],
    ['check_domain_format', domain({ domain: `'a.example.'` })],
    ['check_domain_format', domain({ domain: `'a b.example'` })],
    ['check_domain_format', domain({ domain: `repeat('a', 64) || '.example'` })],
    ['check_domain_format', domain({ domain: `repeat('a.', 124) || 'longer'` })],
    ['check_domain_format', domain({ domain: `E'a.example\\nb'` })],
    ['check_domain_target_type', domain({ target_type: `'volume'` })],
    ['domains_domain_unique', `${domain()}; ${domain()}`],
    ['check_domain_allowed', domain({ allowed: `'["192.0.2.0/24"]'` })],
    ['check_domain_allowed', domain({ target_type: `'database'`, port: '5432' })],
    ['check_domain_allowed', domain({ target_type: `'database'`, port: '5432', allowed: `'[]'` })],
    ['check_domain_of_database', domain({ ...ofDatabase, port: 'null' })],
    ['check_domain_of_database', domain({ ...ofDatabase, tls_enabled: 'false' })],
    [
      'domains_database_port_index',
      `${domain({ ...ofDatabase, domain: `'one.example'` })}; ${domain({ ...ofDatabase, domain: `'two.example'` })}`,
    ],
    ['domains_project_id_foreign', domain({ project_id: id })],
    ['certificate_not_expired', certificate({ expires_at: `now() - interval '1 second'`, created_at: `'2020-01-01'` })],
    ['check_expiry_future', certificate({ created_at: `now() + interval '2 days'` })],
    ['check_certificate_private_key_sealed', certificate({ private_key: `'-----BEGIN PRIVATE KEY-----'` })],
    ['certificates_domain_id_foreign', certificate({ domain_id: id })],
    ['check_backup_type', backup({ type: `'partial'` })],
    ['check_backup_status', backup({ status: `'lost'` })],
    ['backups_database_id_foreign', backup({ database_id: id })],
    ['check_password_or_sso', `update users set preferences = '{}' where id = :user`],
    ['check_password_hash_bcrypt', `update users set password_hash = 'secret' where id = :user`],
    ['check_password_hash_bcrypt', `update users set password_hash = '$2b$10$' || repeat('a', 53) where id = :user`],
    [
      'check_env_var_sealed',
      insert('env_vars', { application_id: ':application', key: `'A'`, value: `'plain'`, is_secret: 'true' }, {}),
    ],
  ])('%s refuses: %s', async (constraint, sql) => {
    expect(await stage.attempt(sql)).toBe(constraint);
  });

  it.each([
    ['a volume that nothing owns', volume()],
    ['a volume of an application', volume({ application_id: ':application' })],
    ['a volume of a database', `${database()}; ${volume({ database_id: '(select id from databases)' })}`],
    ['a sealed connection string', database({ connection_string: `'v1.key.iv.sealed'` })],
    ['the same database name in two projects', `${database()}; ${otherProject()}`],
    ['a domain of a database', domain(ofDatabase)],
    [
      'a port of an application that is a database’s on the nodes',
      `${domain(ofDatabase)}; ${domain({ domain: `'b.example'`, port: '5432' })}`,
    ],
    ['a wildcard domain', domain({ domain: `'*.shop.example'` })],
    ['an internationalised domain', domain({ domain: `'xn--bcher-kva.example'` })],
    ['a backup that has stored nothing yet', backup()],
    [
      'a certificate that expires later, and its change then',
      `${certificate()};
       alter table certificates disable trigger certificate_not_expired;
       update certificates set created_at = '2020-01-01', expires_at = '2020-02-01';
       update certificates set issuer = 'renamed'`,
    ],
    [
      'a user with a password alone',
      `update users set preferences = '{}', password_hash = '$2b$12$' || repeat('a', 53) where id = :user`,
    ],
  ])('accepts %s', async (_what, sql) => {
    expect(await stage.attempt(sql)).toBe('accepted');
  });
});

function otherProject(): string {
  return `insert into projects (id, owner_id, name) values (${id}, :user, 'other');
    insert into databases (id, project_id, name, type, version)
    select ${id}, id, 'main', 'redis', '7' from projects where name = 'other'`;
}
