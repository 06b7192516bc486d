import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type UserRole, userRoles } from '../../src/entities/user.ts';
import { ForbiddenError } from '../../src/errors.ts';
import { defineCommand } from '../../src/handlers/command.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import { many, optional, secret, text } from '../../src/handlers/options.ts';
import { giveSecrets } from '../../src/handlers/command-request.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { mostWords } from '../../src/handlers/tokenise.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { countingTokenise } from '../support/counting-tokenise.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeUser } from '../support/factories.ts';
import { consoleOrigin, fakeDeps } from '../support/fakes.ts';
import { makePerson } from '../support/person.ts';

let test: TestDatabase;
let deps: Deps;
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
});
afterAll(() => test.close());

describe('authorisation', () => {
  const order: UserRole[] = ['viewer', 'developer', 'admin', 'super_admin'];

  it.each(userRoles.map((role) => [role] as const))('holds %s to what each command declares', async (role) => {
    const user = await makeUser(test.database, { role });
    const ran: string[] = [];
    const probes = commands.map((command) => ({
      ...command,
      options: {},
      run: async () => {
        ran.push(command.name);
        return { tone: 'info' } as const;
      },
    }));
    const { execute } = createDispatcher(deps, probes);
    for (const { name, role: needed } of probes) {
      const allowed = needed === 'anyone' || order.indexOf(role) >= order.indexOf(needed);
      const asked = execute({ command: name, input: {} }, consoleOrigin(), user);
      if (allowed) await asked;
      else await expect(asked).rejects.toBeInstanceOf(ForbiddenError);
      expect(ran.includes(name)).toBe(allowed);
    }
  });

  it('tells a stranger where the first code is, while there is nobody to ask for one', async () => {
    await using empty = await createTestDatabase();
    const { dispatch } = createDispatcher(fakeDeps(empty.database), commands);
    const told = async () => (await dispatch({ line: 'status' }, consoleOrigin('stranger'))).text;
    expect(await told()).toContain('become the first with `link <code>`');
    await makeUser(empty.database, { role: 'super_admin' });
    expect(await told()).toContain('Ask a teammate to run `link --invite developer`');
  });

  it('lets a stranger only ask for help, say who they are, and link', async () => {
    expect(commands.filter(({ role }) => role === 'anyone').map(({ name }) => name)).toEqual([
      'help',
      'whoami',
      'link',
      'login',
    ]);
    const { dispatch } = createDispatcher(deps, commands);
    const reply = await dispatch({ line: 'status' }, consoleOrigin('stranger'));
    expect(reply).toMatchObject({ tone: 'danger', text: expect.stringContaining('Your account isn’t linked yet.') });
    expect(await dispatch({ line: 'whoami' }, consoleOrigin('stranger'))).toMatchObject({ tone: 'warning' });
  });

  it('tells a refused person which role is needed and who can grant it', async () => {
    await makeUser(test.database, { username: 'grace', role: 'super_admin' });
    const viewer = await makePerson(deps, 'viewer');
    const reply = await viewer.type('deploy shop/api');
    expect(reply.text).toMatch(
      /`deploy` needs the role `developer`; yours is `viewer`\. Ask someone who can grant it: .*grace/,
    );
  });

  it('refuses before it looks at the options', async () => {
    const viewer = await makePerson(deps, 'viewer');
    expect((await viewer.type('scale')).text).toContain('needs the role `developer`');
  });
});

describe('a line', () => {
  const probe = defineCommand({
    name: 'probe',
    summary: 'Answers with what it was given',
    role: 'anyone',
    answers: 'person',
    options: { token: secret('Token'), words: optional(many(text('Words'))) },
    run: async (_context, input) => ({ tone: 'info', data: input }),
  });

  it.each([
    ['probe one two', 'info'],
    ['probe --help', 'danger'],
    ['probe --tokn', 'danger'],
    ['probe "one', 'danger'],
    ['prob one', 'danger'],
    ['scale shop/api two', 'danger'],
  ])('is read once when it is dispatched: %s', async (line, tone) => {
    const { lines, tokenise } = countingTokenise();
    const { dispatch } = createDispatcher(deps, [probe], tokenise);
    expect(await dispatch({ line }, consoleOrigin())).toMatchObject({ tone });
    expect(lines).toEqual([line]);
  });

  it('is not read again once it was, nor when its secrets are given', async () => {
    const { lines, tokenise } = countingTokenise();
    const { dispatch, read } = createDispatcher(deps, [probe], tokenise);
    const request = read({ line: 'probe --token one' });
    expect(await dispatch(request, consoleOrigin())).toMatchObject({ asks: [{ name: 'token', summary: 'Token' }] });
    const reply = await dispatch(giveSecrets(request, { token: 'hunter2', other: 'x' }), consoleOrigin());
    expect(reply.data).toEqual({ token: 'hunter2', words: ['one'] });
    expect(lines).toEqual(['probe --token one']);
  });

  it('holds as many words as the limit, and is refused in one sentence beyond', async () => {
    const { dispatch } = createDispatcher(deps, [probe]);
    const words = Array.from({ length: mostWords }, (_, at) => `w${at}`);
    const { data } = await dispatch({ line: `probe ${words.slice(1).join(' ')}` }, consoleOrigin());
    expect(data).toEqual({ token: undefined, words: words.slice(1) });
    const { text } = await dispatch({ line: `probe ${words.join(' ')}` }, consoleOrigin());
    expect(text).toBe(`The line has more than ${mostWords} words. Split it into several lines.`);
  });
});

describe('errors', () => {
  const broken = defineCommand({
    name: 'broken',
    summary: 'Breaks',
    role: 'anyone',
    answers: 'person',
    options: {},
    run: () => Promise.reject(new Error('password=hunter2')),
  });

  it('shows a mistake verbatim', async () => {
    const { dispatch } = createDispatcher(deps, commands);
    expect(await dispatch({ line: 'statsu' }, consoleOrigin())).toEqual({
      tone: 'danger',
      text: 'There is no command `statsu`. Did you mean `status`?',
    });
  });

  it('shows only the id of a bug, under which the log has it', async () => {
    const logged: string[] = [];
    const logger = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });
    const { dispatch } = createDispatcher({ ...deps, logger }, [broken]);
    const { text } = await dispatch({ line: 'broken' }, consoleOrigin());
    const id = /Something went wrong \(error id ([0-9a-f]{8})\)\./.exec(text ?? '')?.[1];
    expect(id).toBeDefined();
    expect(text).not.toContain('hunter2');
    expect(logged.join('')).toContain(`"errorId":"${id}"`);
  });
});
