import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commands } from '../../src/handlers/commands/index.ts';
import { createToken } from '../../src/usecases/people/api-tokens.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { consoleOrigin, fakeDeps, fakeGit, fakeSwarm } from '../support/fakes.ts';
import { aboutNoTeam, linesByRole, lists, type Needed, type Outcome, outcomeFor } from '../support/team-lines.ts';
import { makePerson } from '../support/person.ts';
import {
  absentWorld,
  type Class,
  classes,
  lineIn,
  makePeople,
  makeWorlds,
  nameless,
  type World,
} from '../support/team-worlds.ts';
import { listen, type TestServer } from './http/server.ts';

interface Answer {
  status: number;
  /** All that the person reads. */
  text: string;
}

const rows = Object.entries(linesByRole).flatMap(([needed, lines]) =>
  lines.map((line): [string, Needed] => [line, needed as Needed]),
);
/** What changes the world for those who come after. */
const once = rows
  .filter(([line]) => line.startsWith('!'))
  .flatMap(([line, needed]) =>
    classes.filter((who) => outcomeFor(needed, who) === 'done').map((who) => `${who} ${line}`),
  );
const secrets = { certificate: 'none', key: 'none' };

let db: TestDatabase;
let deps: Deps;
let server: TestServer;
let worlds: World[];
const tokens = new Map<Class, string>();
beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database, { swarm: fakeSwarm().swarm, git: fakeGit({}) });
  server = await listen(deps);
  const people = await makePeople(deps);
  worlds = await makeWorlds(db.url, people, { prefix: 'w', count: 2 + once.length });
  for (const who of classes) {
    tokens.set(who, await createToken(deps, { user: people[who].user, name: 'matrix', origin: consoleOrigin() }));
  }
});
afterAll(async () => {
  await server.close();
  await db.close();
});

async function ask(line: string, token: string | undefined): Promise<Answer> {
  const response = await fetch(`${server.url}/api/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ line, ...(line.startsWith('cert upload') && { secrets }) }),
  });
  const body = (await response.json()) as { detail?: string };
  return { status: response.status, text: body.detail ?? JSON.stringify(body) };
}

/** One that nobody changes, one for what can be run again, and one for each line and person that changes it. */
function worldFor(line: string, who: Class, expected: Outcome): World {
  const world = worlds[expected === 'done' ? 2 + once.indexOf(`${who} ${line}`) : 0];
  if (!world) throw new Error('there are too few worlds');
  return world;
}

/** What comes of a line, and what would be answered if nothing that it names existed. */
async function outcomeOf(
  line: string,
  who: Class,
  expected: Outcome,
): Promise<{ outcome: Outcome; said: string; absent: string }> {
  const world = worldFor(line, who, expected);
  const absent = absentWorld(world, 'w-nowhere-else');
  const bare = line.replace(/^!/, '');
  const answer = await ask(lineIn(world, bare), tokens.get(who));
  const said = nameless(world, answer.text);
  if (answer.status !== 404) return { outcome: answer.status === 403 ? 'refused' : 'done', said, absent: '' };
  const nothing = await ask(lineIn(absent, bare), tokens.get(who));
  const texts = { said, absent: nameless(absent, nothing.text) };
  return { outcome: texts.said === texts.absent ? 'unknown' : 'done', ...texts };
}

it('every command is tried', () => {
  const tried = [...rows.map(([line]) => line), ...lists, ...aboutNoTeam].map((line) =>
    commands
      .map(({ name }) => name)
      .filter((name) => `${line.replace(/^!/, '')} `.startsWith(`${name} `))
      .toSorted((one, other) => other.length - one.length)
      .at(0),
  );
  expect([...new Set(tried)].toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
});

describe('over HTTP, for each role in the team and for strangers to it', () => {
  it.each(rows)('%s needs %s', async (line, needed) => {
    for (const who of classes) {
      const expected = outcomeFor(needed, who);
      const { outcome, said, absent } = await outcomeOf(line, who, expected);
      expect({ who, outcome, said: expected === 'unknown' ? said : '' }).toEqual({
        who,
        outcome: expected,
        said: expected === 'unknown' ? absent : '',
      });
    }
  });

  it.each(lists)('%s shows what is theirs', async (line) => {
    const [world] = worlds;
    for (const who of classes) {
      const { status, text } = await ask(line, tokens.get(who));
      expect({ who, status, shown: text.includes(world?.p ?? '-') }).toEqual({
        who,
        status: 200,
        shown: outcomeFor('viewer', who) === 'done',
      });
    }
  });
});

describe('an archived application', () => {
  const named = rows.filter(([line]) => line.includes('{p}/api') && !line.startsWith('db '));

  it.each(named)('is no application to %s', async (line) => {
    const [world] = worlds;
    if (!world) throw new Error('there is no world');
    const archived = line.replace(/^!/, '').replace('{p}/api', '{p}/old');
    const said = await ask(lineIn(world, archived), tokens.get('owner'));
    const nothing = await ask(lineIn(world, archived.replace('{p}/old', '{p}/xyz')), tokens.get('owner'));
    expect(said.status).toBe(404);
    expect(said.text).toBe(nothing.text.replaceAll('/xyz', '/old'));
  });
});

describe('nobody', () => {
  it.each(rows)('without a token runs %s', async (line) => {
    const [world] = worlds;
    if (!world) throw new Error('there is no world');
    const { status, text } = await ask(lineIn(world, line.replace(/^!/, '')), undefined);
    expect(status).toBe(401);
    expect(text).toMatch(/^Your account isn’t linked yet\./);
  });

  it('is who was deleted, whatever token they keep', async () => {
    const gone = await makePerson(deps, 'admin');
    const token = await createToken(deps, { user: gone.user, name: 'ci', origin: consoleOrigin() });
    expect((await ask('status', token)).status).toBe(200);
    const root = await makePerson(deps, 'super_admin');
    await root.type(`user delete ${gone.user.username}`);
    expect(await ask('status', token)).toEqual({
      status: 401,
      text: 'The token is wrong or was revoked. Create a new one in chat: `token create <name>`.',
    });
    expect((await gone.type('status')).text).toMatch(/^Your account isn’t linked yet\./);
  });
});
