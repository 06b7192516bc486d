import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../src/entities/application.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { endRuns } from '../../../src/usecases/one-offs/end-runs.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { printingSwarm } from '../../support/printing-swarm.ts';

let test: TestDatabase;
let swarm: ReturnType<typeof printingSwarm>;
let deps: Deps;
let ada: Person;
let app: Application;
let full: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  swarm = printingSwarm();
  deps = fakeDeps(test.database, { swarm: swarm.swarm });
  ada = await makePerson(deps, 'admin');
  app = await makeApplication(test.database, { project: await makeProject(test.database, { owner: ada.user }) });
  full = `${app.project.name}/${app.name}`;
  swarm.run(app);
});
afterAll(() => test.close());

async function audited(action: string): Promise<Record<string, unknown>[]> {
  const rows = await test.database.querySystem<{ details: Record<string, unknown> }>(
    'select details from audit_logs where action = $1 and resource_id = $2 order by id',
    [action, app.id],
  );
  return rows.map(({ details }) => details);
}

/** Of the command that was started last. */
function lastId(): string {
  return swarm.started.at(-1)?.name.slice(-8) ?? '';
}

describe('run', () => {
  it('starts one task beside the service, and names its page and what cancels it', async () => {
    const before = Date.now();
    const reply = await ada.type(`run ${full} --timeout 5m -- npm run seed -- --force "two words"`);
    expect(swarm.started).toHaveLength(1);
    const [{ command, labels, name, service } = {}] = swarm.started;
    expect(command).toEqual(['sh', '-c', 'npm run seed -- --force "two words"']);
    expect(service).toBe(swarm.run(app));
    expect(labels).toMatchObject({
      'shipmate.one-off': 'run',
      'shipmate.application': app.id,
      'shipmate.started-by': ada.user.id,
    });
    const until = Date.parse(labels?.['shipmate.until'] ?? '');
    expect(until).toBeGreaterThanOrEqual(before + 300_000);
    expect(reply).toMatchObject({
      tone: 'info',
      link: { url: `${deps.config.publicUrl}/runs/${name}` },
      follow: { run: name, cancel: `cancel ${full} --run ${lastId()}` },
      actions: [{ label: 'Cancel', command: `cancel ${full} --run ${lastId()}` }],
    });
    expect(reply.text).toBe(
      `Running the command in \`${full}\` as ${lastId()}, for at most 5 min. Its page has its output, for admins.`,
    );
  });

  it('takes a JSON list for images without a shell, and tells it from a test of the shell', async () => {
    await ada.type(`run ${full} -- ["node","migrate.js"]`);
    await ada.type(`run ${full} -- [ -f /x ] && echo yes`);
    expect(swarm.started.map(({ command }) => command)).toEqual([
      ['node', 'migrate.js'],
      ['sh', '-c', '[ -f /x ] && echo yes'],
    ]);
  });

  it('is in the audit log with its command, whose secrets are hidden', async () => {
    await ada.type(`env set ${full} TOKEN --secret`, { secret: 'hunter2-hunter2' });
    await ada.type(`run ${full} -- curl -u me:hunter2-hunter2 https://example.com`);
    const [details] = await audited('application.run');
    expect(details).toMatchObject({ run: lastId(), limit: '1 h' });
    expect(details?.['command']).toMatch(/^curl -u me:\S+ https:\/\/example.com$/);
    expect(JSON.stringify(details)).not.toContain('hunter2');
    expect(swarm.started[0]?.command.at(-1)).toContain('hunter2-hunter2');
  });

  it('is for admins of the platform who may supervise the project', async () => {
    const developer = await makePerson(deps, 'developer');
    expect((await developer.type(`run ${full} -- id`)).text).toContain('`run` needs the role `admin`');
    const stranger = await makePerson(deps, 'admin');
    expect((await stranger.type(`run ${full} -- id`)).tone).toBe('danger');
    expect(swarm.started).toEqual([]);
    expect(await audited('application.run')).toEqual([]);
  });

  it('names the service of a compose application', async () => {
    const stack = await makeApplication(test.database, { project: app.project, type: 'compose', name: 'stack' });
    const [web, worker] = [swarm.run(stack, 'web'), swarm.run(stack, 'worker')];
    const name = `${app.project.name}/stack`;
    expect((await ada.type(`run ${name} -- id`)).text).toContain('Choose one with `--service`');
    await ada.type(`run ${name} --service worker -- id`);
    expect(swarm.started.map(({ service }) => service)).toEqual([worker]);
    expect(web).not.toBe(worker);
    expect((await ada.type(`run ${full} --service web -- id`)).text).toContain('Leave out `--service`');
  });

  it.each(['0s', '2d', 'soon'])('refuses the time limit %s', async (limit) => {
    expect(await ada.type(`run ${full} --timeout ${limit} -- id`)).toEqual({
      tone: 'danger',
      text: `timeout: \`${limit}\` is not a duration from \`1s\` to \`1d\`. Examples: \`10m\`, \`1h\`.`,
    });
    expect(swarm.started).toEqual([]);
  });

  it('needs a version that runs', async () => {
    await swarm.swarm.remove(swarm.run(app));
    expect((await ada.type(`run ${full} -- id`)).text).toBe(
      `\`${full}\` does not run on Swarm. Deploy it first: \`deploy ${full}\`.`,
    );
  });

  it('runs five at once, and keeps twenty', async () => {
    for (let at = 0; at < 5; at += 1) await ada.type(`run ${full} -- sleep 1000`);
    expect((await ada.type(`run ${full} -- id`)).text).toContain('5 commands run in');
    for (const { name } of swarm.started) swarm.end(name, 0);
    for (let at = 0; at < 17; at += 1) {
      await ada.type(`run ${full} -- id`);
      swarm.end(swarm.started.at(-1)?.name ?? '', 0);
    }
    const kept = (await swarm.swarm.oneOffs()).map(({ name }) => name);
    expect(kept).toEqual(swarm.started.slice(-20).map(({ name }) => name));
  });

  it('is not offered with a terminal: there is no `exec`', async () => {
    expect((await ada.type(`exec ${full} -- sh`)).text).toContain('That is no command');
  });
});

describe('cancel --run', () => {
  it('ends the command, and is in the audit log', async () => {
    await ada.type(`run ${full} -- sleep 1000`);
    const reply = await ada.type(`cancel ${full} --run ${lastId()}`);
    expect(reply).toMatchObject({ tone: 'warning', text: `Cancelled the command ${lastId()} in \`${full}\`.` });
    expect(await swarm.swarm.oneOffs()).toEqual([]);
    expect(await audited('application.cancel_run')).toEqual([{ name: app.name, run: lastId() }]);
    expect((await ada.type(`cancel ${full} --run ${lastId()}`)).text).toBe(
      `No command with the id \`${lastId()}\` runs in \`${full}\`.`,
    );
  });

  it('is for admins', async () => {
    await ada.type(`run ${full} -- sleep 1000`);
    const developer = await makePerson(deps, 'developer');
    expect((await developer.type(`cancel ${full} --run ${lastId()}`)).tone).toBe('danger');
    expect(await swarm.swarm.oneOffs()).toHaveLength(1);
  });
});

describe('commands that nobody follows', () => {
  it('end with their application', async () => {
    await ada.type(`run ${full} -- sleep 1000`);
    expect((await ada.type(`app archive ${full}`)).tone).not.toBe('danger');
    expect(await swarm.swarm.oneOffs()).toEqual([]);
  });

  it('end when their time is over, and are removed an hour after their end', async () => {
    for (const limit of ['10m', '1h', '1h']) await ada.type(`run ${full} --timeout ${limit} -- id`);
    const [late, ended, old] = swarm.started.map(({ name }) => name);
    const now = Date.now() + 1_200_000;
    swarm.end(ended ?? '', 0, new Date(now - 3_599_000));
    swarm.end(old ?? '', 1, new Date(now - 3_601_000));
    expect(await endRuns(deps, now)).toBe('1 ended, 1 removed');
    expect((await swarm.swarm.oneOffs()).map(({ name }) => name)).toEqual([ended]);
    expect(late).toBeDefined();
    expect(await endRuns(deps, now)).toBeUndefined();
  });
});
