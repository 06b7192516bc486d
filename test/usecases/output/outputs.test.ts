import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../src/entities/application.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../../../src/errors.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import type { OutputTarget, Placed } from '../../../src/usecases/output/output-events.ts';
import { createOutputs, type Outputs } from '../../../src/usecases/output/outputs.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps, swarmNode } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { printingSwarm } from '../../support/printing-swarm.ts';
import { until } from '../../support/until.ts';

let test: TestDatabase;
let swarm: ReturnType<typeof printingSwarm>;
let first: Deps;
let deps: Deps;
let outputs: Outputs;
let stop: AbortController;
let ada: Person;
let bob: Person;
let app: Application;
let service: string;
let stops: AbortController[];

beforeAll(async () => {
  test = await createTestDatabase();
  first = fakeDeps(test.database);
  ada = await makePerson(first, 'admin');
  bob = await makePerson(first, 'admin');
});
beforeEach(async () => {
  swarm = printingSwarm();
  deps = { ...first, swarm: swarm.swarm };
  stop = new AbortController();
  stops = [];
  outputs = createOutputs(deps, stop.signal);
  const project = await makeProject(test.database, { owner: ada.user });
  app = await makeApplication(test.database, { project });
  service = swarm.run(app);
});
afterEach(async () => {
  for (const each of stops) each.abort();
  stop.abort();
  await until('no reader', async () => swarm.reading.length === 0);
});
afterAll(() => test.close());

interface Viewer {
  got: Placed[];
  texts(): string[];
  ended: Promise<void>;
  leave(): void;
}

async function view(target: OutputTarget, { user }: Person = ada, at?: string): Promise<Viewer> {
  const leaving = new AbortController();
  stops.push(leaving);
  const person = { userId: user.id, generation: user.sessionGeneration };
  const follower = { user, ticket: { until: Number.POSITIVE_INFINITY, person } };
  const events = await outputs.open(target, follower, at, leaving.signal);
  const got: Placed[] = [];
  const ended = (async () => {
    for await (const batch of events) got.push(...batch);
  })();
  return { got, ended, texts: () => got.map(({ event }) => event.text), leave: () => leaving.abort() };
}

async function shows(viewer: Viewer, ...texts: string[]): Promise<void> {
  await until(`the lines ${texts.join(', ')}`, async () => viewer.texts().length >= texts.length);
  expect(viewer.texts()).toEqual(texts);
}

describe('the running log of an application', () => {
  it('is read once for all who follow it, and no longer than somebody does', async () => {
    swarm.print(service, 'before');
    const [one, other] = [await view({ application: app.id }), await view({ application: app.id })];
    await shows(one, 'before');
    swarm.print(service, 'now');
    await shows(one, 'before', 'now');
    await shows(other, 'before', 'now');
    expect(swarm.reading).toEqual([service]);
    one.leave();
    other.leave();
    await until('no reader', async () => swarm.reading.length === 0);
  });

  it('goes on after the last line, with the same reader and with another one', async () => {
    const stays = await view({ application: app.id });
    const one = await view({ application: app.id });
    swarm.print(service, 'a', 'b');
    await shows(one, 'a', 'b');
    one.leave();
    swarm.print(service, 'c');
    const again = await view({ application: app.id }, ada, one.got.at(-1)?.at);
    await shows(again, 'c');
    const last = again.got.at(-1)?.at;
    again.leave();
    stays.leave();
    await until('no reader', async () => swarm.reading.length === 0);
    swarm.print(service, 'd', 'e');
    await shows(await view({ application: app.id }, ada, last), 'd', 'e');
  });

  it('has no secrets, those of now neither', async () => {
    await ada.type(`env set ${app.project.name}/${app.name} FIRST --secret`, { secret: 'hunter2-hunter2' });
    const viewer = await view({ application: app.id });
    swarm.print(service, 'one hunter2-hunter2 line');
    await until('a line', async () => viewer.got.length === 1);
    await ada.type(`env set ${app.project.name}/${app.name} SECOND --secret`, { secret: 'swordfish-swordfish' });
    swarm.print(service, 'and swordfish-swordfish', 'and hunter2-hunter2 too');
    await until('all lines', async () => viewer.got.length === 3);
    expect(viewer.texts().join('\n')).not.toMatch(/hunter2|swordfish/);
  });

  it('names the node that is away, and says when it is back', async () => {
    const viewer = await view({ application: app.id });
    swarm.nodes[0] = swarmNode({ state: 'down' });
    await until('the word', async () => viewer.got.length === 1);
    swarm.nodes[0] = swarmNode();
    await shows(
      viewer,
      'Node `host-1` is away: lines of its tasks are missing until it is back.',
      'Node `host-1` is back.',
    );
  });

  it('is not for everyone, and not for somebody who may not see it any more', async () => {
    await expect(view({ application: app.id }, bob)).rejects.toThrow(NotFoundError);
    await expect(view({ application: 'x' })).rejects.toThrow(NotFoundError);
    const viewer = await view({ application: app.id });
    await test.database.querySystem('update projects set owner_id = $1 where id = $2', [bob.user.id, app.project.id]);
    await viewer.ended;
    expect(viewer.texts()).toEqual(['You may not see this any more.']);
  });

  it('is followed by one person ten times at most', async () => {
    const viewers = await Promise.all(Array.from({ length: 10 }, () => view({ application: app.id })));
    swarm.print(service, 'x');
    for (const viewer of viewers) await shows(viewer, 'x');
    await expect(view({ application: app.id })).rejects.toThrow(
      new ConflictError('You follow 10 logs already, which is the limit. Stop following one, then try again.'),
    );
  });

  it('needs a service', async () => {
    await swarm.swarm.remove(service);
    await expect(view({ application: app.id })).rejects.toThrow('does not run on Swarm');
  });
});

describe('the log of a stack', () => {
  it('has all services by their names, or one', async () => {
    const project = await makeProject(test.database, { owner: ada.user });
    const stack = await makeApplication(test.database, { project, type: 'compose' });
    const [web, worker] = [swarm.run(stack, 'web'), swarm.run(stack, 'worker')];
    const all = await view({ application: stack.id });
    const one = await view({ application: stack.id, service: 'worker' });
    swarm.print(web, 'from web');
    await until('the first line', async () => all.got.length === 1);
    swarm.print(worker, 'from worker');
    await shows(one, 'from worker');
    await shows(all, 'from web', 'from worker');
    expect(all.got.map(({ event }) => event.kind === 'line' && event.service)).toEqual(['web', 'worker']);
    await expect(view({ application: stack.id, service: 'wbe' })).rejects.toThrow('Did you mean `web`?');
  });
});

describe('the output of a command', () => {
  const name = 'shop-api-run-12345678';

  async function begin(until = '2999-01-01T00:00:00.000Z'): Promise<Viewer> {
    const labels = { 'shipmate.one-off': 'run', 'shipmate.application': app.id, 'shipmate.until': until };
    await swarm.swarm.runBeside({ service, name, command: ['true'], labels });
    return view({ run: name });
  }

  it('comes from the beginning, with the exit code', async () => {
    const viewer = await begin();
    swarm.print(name, ...Array.from({ length: 300 }, (_, at) => `line ${at}`));
    swarm.end(name, 3);
    await viewer.ended;
    expect(viewer.texts().slice(0, 2)).toEqual(['line 0', 'line 1']);
    expect(viewer.got).toHaveLength(301);
    expect(viewer.got.at(-1)?.event).toEqual({ kind: 'end', text: 'It failed: exited with code 3', exitCode: 3 });
    const later = await view({ run: name });
    await later.ended;
    expect(later.texts()).toEqual(viewer.texts());
  });

  it('ends when the command is cancelled, and when its time is over', async () => {
    const cancelled = await begin();
    await swarm.swarm.remove(name);
    await cancelled.ended;
    expect(cancelled.got.at(-1)?.event).toMatchObject({ text: 'It was cancelled.', exitCode: 130 });
    const late = await begin(new Date(Date.now() - 1).toISOString());
    await late.ended;
    expect(late.got.at(-1)?.event).toMatchObject({ kind: 'end', exitCode: 124 });
    expect(await swarm.swarm.oneOffs()).toEqual([]);
  });

  it('is for those who may run commands', async () => {
    await begin();
    const developer = await makePerson(deps, 'developer');
    await test.database.querySystem('update projects set owner_id = $1 where id = $2', [
      developer.user.id,
      app.project.id,
    ]);
    await expect(view({ run: name }, developer)).rejects.toThrow(ForbiddenError);
    await expect(view({ run: name }, bob)).rejects.toThrow(NotFoundError);
    await expect(view({ run: 'shop-api-run-00000000' })).rejects.toThrow(NotFoundError);
  });
});
