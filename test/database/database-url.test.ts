import { describe, expect, it } from '@jest/globals';
import { connectionOptions, connectionString, serverName } from '../../src/database/database-url.ts';
import { UserError } from '../../src/errors.ts';

describe('connectionString', () => {
  it.each([
    'postgres://u:p@localhost/x',
    'postgres://u:p@127.0.0.1:5433/x',
    'postgres://u:p@127.8.9.1/x',
    'postgres://u:p@[::1]/x',
    'postgres:///x?host=/var/run/postgresql',
  ])('lets a server on this machine do without TLS: %s', (url) => {
    expect(connectionString(url)).toBe(url);
  });

  it.each([
    'postgres://u:p@db.example.test/x',
    'postgres://u:p@10.0.0.5/x?sslmode=disable',
    'postgres://u:p@127.0.0.1.example.test/x?sslmode=prefer',
    'postgres:///x?host=db.example.test',
    'postgres://u:p@localhost/x?host=db.example.test',
  ])('refuses a server elsewhere without TLS: %s', (url) => {
    expect(() => connectionString(url)).toThrow(UserError);
    expect(() => connectionString(url)).not.toThrow('u:p');
  });

  it.each(['require', 'verify-ca', 'verify-full'])('takes sslmode=%s as PostgreSQL means it', (mode) => {
    const made = new URL(connectionString(`postgres://u:p@db.example.test/x?sslmode=${mode}`));
    expect(Object.fromEntries(made.searchParams)).toEqual({ sslmode: mode, uselibpqcompat: 'true' });
  });
});

describe('a file of a certificate', () => {
  it('that does not exist is named, and one that does is used', () => {
    const missing = 'postgres://u:p@db.example.test/x?sslmode=verify-full&sslrootcert=/none/ca.pem';
    expect(() => connectionString(missing)).toThrow(UserError);
    expect(() => connectionString(missing)).toThrow(
      'DATABASE_URL names /none/ca.pem as sslrootcert, which does not exist. Put the file there, or correct the path.',
    );
    const url = `postgres://u:p@localhost/x?sslmode=verify-full&sslrootcert=${import.meta.filename}`;
    expect(new URL(connectionString(url)).searchParams.get('sslrootcert')).toBe(import.meta.filename);
  });
});

describe('settings in the address', () => {
  it.each([
    ['options=-c%20search_path%3Dapps', 'search_path'],
    ['options=-cTimeZone%3DEurope/Berlin', 'timezone'],
    ['options=endpoint%3Dcool-sun%20--statement-timeout%3D5s', 'statement_timeout'],
    ['options=-c%20role%3Downer', 'role'],
    ['statement_timeout=5000', 'statement_timeout'],
  ])('%s is refused, as Shipmate sets %s itself', (query, setting) => {
    expect(() => connectionString(`postgres://u:p@localhost/x?${query}`)).toThrow(
      new UserError(
        `DATABASE_URL sets ${setting}, which Shipmate sets on each of its connections. Remove it from DATABASE_URL.`,
      ),
    );
  });

  it.each(['options=endpoint%3Dcool-sun', 'options=-c%20work_mem%3D64MB', 'application_name=ours'])(
    '%s is left to the server',
    (query) => {
      const url = `postgres://u:p@localhost/x?${query}`;
      expect(connectionString(url)).toBe(url);
    },
  );
});

describe('connectionOptions', () => {
  it.each([
    ['postgres://u:p@localhost/x', 10_000],
    ['postgres://u:p@localhost/x?connect_timeout=45', 45_000],
    // What PostgreSQL's own tools take for "for ever".
    ['postgres://u:p@localhost/x?connect_timeout=0', 10_000],
    ['postgres://u:p@localhost/x?connect_timeout=soon', 10_000],
  ])('%s may take %d ms', (url, connectionTimeoutMillis) => {
    expect(connectionOptions(url)).toEqual({ connectionString: url, connectionTimeoutMillis });
  });
});

describe('serverName', () => {
  it.each([
    ['postgres://u:secret@db.example.test/x', 'db.example.test:5432'],
    ['postgres://u:secret@db.example.test:6000/x', 'db.example.test:6000'],
    ['postgres:///x?host=/run/pg', '/run/pg:5432'],
  ])('%s is %s', (url, name) => {
    expect(serverName(url)).toBe(name);
  });
});
