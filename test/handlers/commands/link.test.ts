import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditLog } from '../../../src/entities/audit-log.ts';
import { LinkCode } from '../../../src/entities/link-code.ts';
import { User } from '../../../src/entities/user.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../src/handlers/dispatch.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { ensureFirstLinkCode } from '../../../src/usecases/people/link-codes.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { consoleOrigin, fakeDeps } from '../../support/fakes.ts';
import { makePerson } from '../../support/person.ts';

let test: TestDatabase;
let deps: Deps;
beforeEach(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
});
afterEach(() => test.close());

function typeAs(account: string, line: string) {
  return createDispatcher(deps, commands).dispatch({ line }, consoleOrigin(account));
}

function codeIn(data: unknown): string {
  return (data as { code: string }).code;
}

describe('the first link code', () => {
  it('makes the first person super_admin', async () => {
    const code = await ensureFirstLinkCode(deps);
    const reply = await typeAs('Ada Lovelace', `link ${code}`);
    expect(reply).toMatchObject({ tone: 'success', data: { username: 'ada-lovelace', role: 'super_admin' } });
    expect(await typeAs('Ada Lovelace', 'whoami')).toMatchObject({ data: { username: 'ada-lovelace' } });
    expect(await ensureFirstLinkCode(deps)).toBeUndefined();
  });

  it('is understood in lower case and without hyphens', async () => {
    const code = await ensureFirstLinkCode(deps);
    const reply = await typeAs('ada', `link ${code?.toLowerCase().replaceAll('-', '')}`);
    expect(reply.tone).toBe('success');
  });

  it('is replaced at each start', async () => {
    const first = await ensureFirstLinkCode(deps);
    const second = await ensureFirstLinkCode(deps);
    expect((await typeAs('ada', `link ${first}`)).text).toContain('wrong, already used or expired');
    expect((await typeAs('ada', `link ${second}`)).tone).toBe('success');
  });

  it('outlives the start of a second Shipmate on the database, whose own code works as well', async () => {
    const first = await ensureFirstLinkCode(deps);
    const beside = fakeDeps(test.database, { config: { ...deps.config, dataDir: '/another' } });
    const second = await ensureFirstLinkCode(beside);
    expect(second).not.toBe(first);
    // Of the two that are good, the first one used is the last.
    expect(await typeAs('ada', `link ${first}`)).toMatchObject({ tone: 'success', data: { role: 'super_admin' } });
    expect((await typeAs('eve', `link ${second}`)).text).toContain('wrong, already used or expired');
    expect(await test.database.asSystem().count(User, { role: 'super_admin' })).toBe(1);
  });

  it("makes one super_admin when two Shipmates' codes are given at once", async () => {
    const first = await ensureFirstLinkCode(deps);
    const second = await ensureFirstLinkCode(
      fakeDeps(test.database, { config: { ...deps.config, dataDir: '/another' } }),
    );
    const replies = await Promise.all([typeAs('ada', `link ${first}`), typeAs('eve', `link ${second}`)]);
    expect(replies.map((reply) => reply.tone).sort()).toEqual(['danger', 'success']);
    expect(await test.database.asSystem().count(User)).toBe(1);
  });

  it('links only one of two accounts that give it at once', async () => {
    const code = await ensureFirstLinkCode(deps);
    const replies = await Promise.all([typeAs('ada', `link ${code}`), typeAs('eve', `link ${code}`)]);
    expect(replies.map((reply) => reply.tone).sort()).toEqual(['danger', 'success']);
    const count = await test.database.asSystem().transactional(async (em) => em.count(User));
    expect(count).toBe(1);
  });

  it('is kept only as a hash', async () => {
    const code = await ensureFirstLinkCode(deps);
    const rows = await test.database.asSystem().transactional(async (em) => em.find(LinkCode, {}));
    expect(JSON.stringify(rows)).not.toContain(code);
    expect(rows[0]?.codeHash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('link', () => {
  it('takes the right code however many wrong ones came before, and records the first twenty', async () => {
    const code = await ensureFirstLinkCode(deps);
    for (let guess = 0; guess < 25; guess += 1)
      expect((await typeAs('eve', 'link nope')).text).toContain('This code is wrong');
    expect((await typeAs('eve', `link ${code}`)).tone).toBe('success');
    const refusals = await test.database.asSystem().count(AuditLog, { action: 'user.link_refused' });
    expect(refusals).toBe(20);
  });

  it('gives a code for another account of the same person', async () => {
    const ada = await makePerson(deps, 'developer');
    const reply = await ada.type('link');
    expect(reply.private).toBe(true);
    const linked = await typeAs('ada-at-home', `link ${codeIn(reply.data)}`);
    expect(linked.data).toMatchObject({ id: ada.user.id, username: ada.user.username });
  });

  it('invites a new person with a role', async () => {
    const admin = await makePerson(deps, 'admin');
    const code = codeIn((await admin.type('link --invite developer')).data);
    expect((await typeAs('Grace', `link ${code}`)).data).toMatchObject({ username: 'grace', role: 'developer' });
  });

  it.each([
    ['developer', 'viewer', '`admin`'],
    ['admin', 'admin', '`super_admin`'],
  ] as const)('does not let a %s invite a %s', async (role, invited, needed) => {
    const person = await makePerson(deps, role);
    expect((await person.type(`link --invite ${invited}`)).text).toContain(`needs the role ${needed}`);
  });

  it('leaves the code usable when the account is linked already', async () => {
    const ada = await makePerson(deps, 'admin');
    const code = codeIn((await ada.type('link --invite viewer')).data);
    expect((await ada.type(`link ${code}`)).text).toContain('This account is already linked to');
    expect((await typeAs('grace', `link ${code}`)).tone).toBe('success');
  });

  it('numbers a username that is taken and mends one that is too short', async () => {
    const admin = await makePerson(deps, 'admin');
    const names: string[] = [];
    for (const account of ['grace', 'Grace!', 'Al', '李']) {
      const code = codeIn((await admin.type('link --invite viewer')).data);
      names.push(((await typeAs(account, `link ${code}`)).data as { username: string }).username);
    }
    expect(names).toEqual(['grace', 'grace-2', 'user-al', 'user-new']);
  });
});
