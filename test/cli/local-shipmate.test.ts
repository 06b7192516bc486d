import { spawn } from 'node:child_process';
import { mkdtempDisposable, symlink } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/cli/client.ts';
import { findLocalShipmate } from '../../src/cli/local-shipmate.ts';
import { ChatIdentity } from '../../src/entities/chat-identity.ts';
import { User } from '../../src/entities/user.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import { createLocalCallers } from '../../src/handlers/http/local-callers.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createToken } from '../../src/usecases/people/api-tokens.ts';
import { createLinkCode, ensureFirstLinkCode } from '../../src/usecases/people/link-codes.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { consoleOrigin, fakeDeps } from '../support/fakes.ts';
import { type LocalShipmate, openLocalShipmate } from '../support/local-shipmate.ts';
import { makePerson } from '../support/person.ts';
import { bareEnvironment } from '../support/bare-environment.ts';

const bin = fileURLToPath(new URL('../../bin/shipmate.mjs', import.meta.url));
const me = userInfo().username;

let test: TestDatabase;
let deps: Deps;
let local: LocalShipmate;

async function open(): Promise<void> {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
  local = await openLocalShipmate(deps);
}

async function close(): Promise<void> {
  await local.close();
  await test.close();
}

/** The program, with nothing but these variables. */
async function shipmate(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, out, err };
}

function run(line: string) {
  return createClient({ url: 'http://127.0.0.1:1', token: undefined, dataDir: local.dataDir, account: me }).run(line);
}

function auditRows() {
  return test.database.querySystem<{ action: string; user_agent: string; ip_address: string | null }>(
    'select action, user_agent, ip_address from audit_logs order by created_at, id',
    [],
  );
}

describe('the command line on the machine of its Shipmate', () => {
  beforeEach(open);
  afterEach(close);

  it('needs no token: whoever runs Shipmate may do everything, under their name', async () => {
    const answered = await shipmate(['project', 'create', 'shop'], { SHIPMATE_DATA_DIR: local.dataDir });
    expect(answered).toMatchObject({ code: 0, err: '' });
    const who = await shipmate(['whoami', '--json'], { SHIPMATE_DATA_DIR: local.dataDir });
    expect(JSON.parse(who.out)).toMatchObject({ username: me, role: 'super_admin' });
    const rows = await auditRows();
    expect(rows.map(({ action }) => action)).toEqual(['user.operator', 'project.create', 'command.run']);
    for (const row of rows) {
      expect(row.user_agent).toMatch(
        new RegExp(`^shipmate/.* by ${me} \\(uid ${process.getuid?.()}\\) on this machine$`),
      );
      expect(row.ip_address).toBeNull();
    }
    expect((await run('whoami')).text).toContain(`here as ${me} (Unix socket).`);
  });

  it('asks the network where a token or an address says so', async () => {
    const { user } = await makePerson(deps, 'developer');
    const token = await createToken(deps, { user, name: 'cli', origin: consoleOrigin() });
    const env = { SHIPMATE_DATA_DIR: local.dataDir, SHIPMATE_URL: local.url };
    const known = await shipmate(['whoami', '--json'], { ...env, SHIPMATE_TOKEN: token });
    expect(JSON.parse(known.out)).toMatchObject({ username: user.username });
    const stranger = await shipmate(['status'], env);
    expect(stranger).toMatchObject({ code: 3, out: '' });
    expect(stranger.err).toContain('isn’t linked yet');
  });

  it('leaves the first link code to the first person', async () => {
    const code = await ensureFirstLinkCode(deps);
    await run('project create shop');
    const ada = consoleOrigin('ada');
    const { dispatch } = createDispatcher(deps, commands);
    expect(await dispatch({ line: `link ${code}` }, ada)).toMatchObject({
      data: { username: 'ada', role: 'super_admin' },
    });
    expect(await ensureFirstLinkCode(deps)).toBeUndefined();
  });

  it('becomes the person of a code for somebody new, under the same name', async () => {
    const code = await ensureFirstLinkCode(deps);
    const before = (await run('whoami')).data as { username: string };
    const linked = await run(`link ${code}`);
    expect(linked.data).toMatchObject({ username: before.username, role: 'super_admin' });
    expect(await test.database.asSystem().find(User, {}, { orderBy: { username: 1 } })).toMatchObject([
      { username: before.username, role: 'super_admin', preferences: { sso: 'console' } },
    ]);
    await expect(run(`link ${code}`)).rejects.toThrow('wrong, already used or expired');
    expect(await ensureFirstLinkCode(deps)).toBeUndefined();
  });

  it('is the person who links the account, and nobody is super_admin in their place any more', async () => {
    await run('project create shop');
    const { user } = await makePerson(deps, 'developer');
    const code = await createLinkCode(deps, { user, origin: consoleOrigin() });
    const linked = await run(`link ${code}`);
    expect(linked.data).toEqual({ id: user.id, username: user.username, role: 'developer' });
    expect((await run('whoami')).data).toMatchObject({ username: user.username });
    const em = test.database.asSystem();
    expect((await em.findOneOrFail(User, { username: me })).role).toBe('viewer');
    expect(await em.count(ChatIdentity, { platform: 'console', workspace: 'local', account: me })).toBe(1);
  });

  it('goes on after a restart, for which it proves itself again', async () => {
    const client = createClient({ url: '', token: undefined, dataDir: local.dataDir, account: me });
    expect((await client.run('whoami')).data).toMatchObject({ username: me });
    await local.restart();
    expect((await client.run('whoami')).data).toMatchObject({ username: me });
  });
});

describe('the socket', () => {
  beforeAll(open);
  afterAll(close);

  it('lets two first calls at once act as one user', async () => {
    const users = await Promise.all([run('whoami'), run('whoami'), run('whoami')]);
    expect(users.map(({ data }) => (data as { username: string }).username)).toEqual([me, me, me]);
  });

  it('gives nothing to whom the network reaches', async () => {
    const asked = await fetch(`${local.url}/api/local/proofs`, { method: 'POST' });
    expect(asked.status).toBe(404);
    const client = createClient({ url: '', token: undefined, dataDir: local.dataDir, account: me });
    await client.run('whoami');
    const callers = createLocalCallers({ ask: () => '', take: async () => 0 });
    const token = await callers.open('');
    const answer = await fetch(`${local.url}/api/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ line: 'whoami' }),
    });
    expect(answer.status).toBe(401);
  });

  it('knows an account that does not run Shipmate by its own name, which has to be linked', async () => {
    const callers = createLocalCallers({ ask: () => '', take: async () => 4711 });
    expect(callers.find((await callers.open('')) ?? '')).toMatchObject({
      account: 'uid:4711',
      uid: 4711,
      isOperator: false,
    });
    expect(await createLocalCallers({ ask: () => '', take: async () => undefined }).open('')).toBeUndefined();
  });
});

describe('where the socket is looked for', () => {
  beforeAll(open);
  afterAll(close);

  it('is the folder that is named, or nowhere', async () => {
    expect(await findLocalShipmate({ SHIPMATE_DATA_DIR: local.dataDir })).toBe(local.dataDir);
    expect(await findLocalShipmate({ SHIPMATE_DATA_DIR: join(local.dataDir, 'none') })).toBeUndefined();
  });

  it('is `data` of the current folder only where that is one’s own', async () => {
    await using here = await mkdtempDisposable(join(tmpdir(), 'shipmate-here-'));
    const before = process.cwd();
    try {
      process.chdir(here.path);
      await symlink(local.dataDir, 'data');
      expect(await findLocalShipmate({})).not.toBe(join(process.cwd(), 'data'));
    } finally {
      process.chdir(before);
    }
  });
});
