import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { accountOf } from '../../src/database-engines/engine-server.ts';
import { gatewayProgram } from '../../src/database-engines/gateway-program.ts';
import { databaseEngines } from '../../src/database-engines/registry.ts';
import { databaseTypes } from '../../src/entities/managed-database.ts';
import { password, wantedServer } from '../support/wanted-server.ts';

describe.each(databaseTypes)('the engine %s', (type) => {
  const engine = databaseEngines[type];

  it('keeps the password out of everything but the secret files', () => {
    const { secretFiles, ...open } = engine.container(wantedServer(engine));
    expect(JSON.stringify(open)).not.toContain(password);
    expect(secretFiles['password']).toBe(password);
  });

  it('is checked without a shell', () => {
    expect(engine.container(wantedServer(engine)).healthcheck.test[0]).toBe('CMD');
  });

  it('has as much time for a check as the Engine gives by itself: busy machines start programs late', () => {
    expect(engine.container(wantedServer(engine)).healthcheck).toMatchObject({ timeout: '30s', retries: 5 });
  });

  it('reads back the account from its connection string', () => {
    const account = { ...engine.owner, password };
    expect(accountOf(engine, engine.connectionUrl(account, 'shop-orders-1'))).toEqual(account);
    expect(new URL(engine.connectionUrl(account, 'shop-orders-1')).port).toBe(String(engine.port));
  });

  it('has a connection string from outside, at the domain and its port, with the same account', () => {
    const account = { ...engine.owner, password };
    const url = engine.outside.connectionUrl(account, 'db.example.com', 15432);
    expect(new URL(url).host).toBe('db.example.com:15432');
    expect(accountOf(engine, url)).toEqual(account);
  });

  it('has a program for its gateway that imports only what comes with it', async () => {
    const { files, main, opening } = await gatewayProgram(engine);
    expect(Object.keys(files)).toEqual(expect.arrayContaining([main, opening]));
    for (const [name, text] of Object.entries(files)) {
      const imported = [...text.matchAll(/^import (?!type )[^;]*? from '([^']+)';/gm)].map(([, path = '']) => path);
      const needed = imported.filter((path) => !path.startsWith('node:')).map((path) => join(dirname(name), path));
      expect(Object.keys(files)).toEqual(expect.arrayContaining(needed));
    }
  });

  it('has a folder of its own for what a server is given and how it is dumped', () => {
    const files = readdirSync(`src/database-engines/${type}`);
    expect(files).toEqual(expect.arrayContaining(['dump.ts', 'index.ts', 'server.ts']));
  });

  it('gets a dump back into a server, either one that runs or one that starts', () => {
    const { dumpTool, owner } = engine;
    const login = { ...owner, host: 'db', password };
    const live = dumpTool.restore?.(login);
    expect(live === undefined).toBe(dumpTool.seedFiles !== undefined);
    const runs = [
      dumpTool.dump(login),
      ...(live ? [...live.before, live.load, ...live.after, ...(live.tidy ?? []), ...live.mend] : []),
    ];
    expect(runs.flatMap(({ command }) => command).join(' ')).not.toContain(password);
  });
});

it('is where engines are named: the rest of src/ asks the registry', () => {
  const rooms = ['src/database-engines', 'src/entities', 'src/migrations'];
  const name = new RegExp(`(['"\`])(${databaseTypes.join('|')})\\1`);
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src', file))
    .filter((file) => !rooms.some((room) => file.startsWith(`${room}/`)));
  expect(sources.length).toBeGreaterThan(400);
  expect(sources.filter((file) => name.test(readFileSync(file, 'utf8').replaceAll('\\`', '`')))).toEqual([]);
});
