import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Application } from '../../src/entities/application.ts';
import { ChannelDefault } from '../../src/entities/channel-default.ts';
import { Deployment } from '../../src/entities/deployment.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import type { Reply } from '../../src/replies/reply.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { type Crew, makeCrew } from '../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeApplication } from '../support/factories.ts';
import { fakeDeps } from '../support/fakes.ts';
import type { Person } from '../support/person.ts';

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let application: Application;

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  crew = await makeCrew(deps, 'shop');
  const image = { type: 'docker', sourceType: 'docker', sourceConfig: { image: 'nginx:1' } } as const;
  application = await makeApplication(db.database, { name: 'api', project: crew.project, ...image });
  const other = await makeCrew(deps, 'books');
  await makeApplication(db.database, { name: 'api', project: other.project, ...image });
});
afterEach(async () => {
  await db.database.asSystem().nativeDelete(ChannelDefault, {});
  await db.database.asSystem().nativeDelete(Deployment, {});
});
afterAll(() => db.close());

/** Types a line in a channel, or in a thread of it. */
function say(person: Person, line: string, channel = 'C1'): Promise<Reply> {
  return createDispatcher(deps, commands).dispatch({ line }, { ...person.origin, channel });
}

describe('the default of a channel', () => {
  it('is what commands there are about when they name no application, in threads too', async () => {
    expect((await say(crew.ada, 'here set shop/api')).text).toContain('are about `shop/api`');
    expect((await say(crew.ada, 'deploy', 'C1/1700000000.000100')).text).toContain('`shop/api`');
    expect((await say(crew.ada, 'history --limit 5')).title).toBe('Deployments of shop/api');
    expect((await say(crew.ada, 'lock --help')).text ?? '').not.toContain('shop/api');
    expect((await say(crew.ada, 'deploy', 'C2')).tone).toBe('danger');
    expect((await say(crew.ada, 'here')).text).toContain('are about `shop/api`');
    expect((await say(crew.ada, 'here clear')).tone).toBe('success');
    expect((await say(crew.ada, 'deploy')).tone).toBe('danger');
    expect((await say(crew.ada, 'here')).text).toContain('This channel has no default');
  });

  it('may be a project, whose applications need no prefix', async () => {
    await say(crew.ada, 'here set shop');
    expect((await say(crew.ada, 'history api')).text).toContain('`shop/api` has not been deployed yet');
    expect((await say(crew.ada, 'deploy')).tone).toBe('danger');
  });

  it('is replaced, and goes with its application', async () => {
    const gone = await makeApplication(db.database, { name: 'gone', project: crew.project, type: 'docker' });
    await say(crew.ada, 'here set shop/api');
    await say(crew.ben, 'here set shop/gone');
    expect(await db.database.asSystem().count(ChannelDefault, {})).toBe(1);
    await db.database.asSystem().nativeDelete(Application, { id: gone.id });
    expect(await db.database.asSystem().count(ChannelDefault, {})).toBe(0);
  });

  it('is nothing to those who may not see the project, and set by those who may change it', async () => {
    expect((await say(crew.viewer, 'here set shop/api')).tone).toBe('danger');
    const without = (await say(crew.stranger, 'deploy')).text;
    await say(crew.ada, 'here set shop/api');
    expect((await say(crew.viewer, 'here clear')).tone).toBe('danger');
    expect((await say(crew.stranger, 'here')).text).toContain('This channel has no default');
    expect(without).toContain('`deploy` needs `app`');
    expect((await say(crew.stranger, 'deploy')).text).toBe(without);
    expect((await say(crew.viewer, 'deploy')).tone).toBe('danger');
    expect(await db.database.asSystem().count(Deployment, { application })).toBe(0);
  });

  it('never takes the place of what was named, nor of one of two applications', async () => {
    await say(crew.ada, 'here set shop/api');
    expect((await say(crew.ada, 'history nothing')).tone).toBe('danger');
    expect((await say(crew.ada, 'promote shop/api')).tone).toBe('danger');
  });
});
