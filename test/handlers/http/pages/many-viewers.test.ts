import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionOf } from '../../../../src/usecases/people/browser-session.ts';
import { makePerson, type Person } from '../../../support/person.ts';
import { countStatements } from '../../../support/statements.ts';
import { until } from '../../../support/until.ts';
import { listen, type Listening } from './event-stream.ts';
import { makePageStage, type PageStage } from './stage.ts';

const viewers = 100;

let stage: PageStage;
let opened: Listening[] = [];
beforeAll(async () => {
  stage = await makePageStage();
});
afterEach(async () => {
  await Promise.all(opened.map((one) => one[Symbol.asyncDispose]()));
  opened = [];
});
afterAll(() => stage.close());

function eventsOf(id: string): string {
  return `${stage.url}/deployments/${id}/events`;
}

function cookieOf(person: Person): Record<string, string> {
  return { cookie: `shipmate=${sessionOf(stage.deps, person.user)}` };
}

/** So many browsers, half of them with the link from chat and half signed in. */
async function watchers(): Promise<{ id: string; write(text: string): Promise<void> }> {
  const deployment = await stage.deploy({ status: 'building' });
  await stage.write(deployment, ['before']);
  const link = stage.url + stage.link(deployment).replace('?', '/events?');
  opened = await Promise.all(
    Array.from({ length: viewers }, (_, at) =>
      at % 2 === 0 ? listen(link) : listen(eventsOf(deployment.id), cookieOf(stage.ada)),
    ),
  );
  await everyone('before');
  return { id: deployment.id, write: (text) => stage.write(deployment, [text]) };
}

async function everyone(line: string): Promise<void> {
  await until(`"${line}" everywhere`, () => opened.every((one) => one.lines().includes(line)));
}

describe(`${viewers} viewers of one log`, () => {
  it('are fed by one reader: where it stands, its new lines, and who may see them', async () => {
    const deployment = await watchers();
    using statements = countStatements();
    const began = performance.now();
    await deployment.write('to everyone');
    await everyone('to everyone');
    const looks = statements.count(' as last_line');
    expect(statements.count('id > $2 order by id limit $3')).toBe(1);
    expect(statements.count('join team_members')).toBe(0);
    expect(statements.count("app_team_roles('viewer')")).toBe(looks);
    // That of the change, and one every three seconds.
    expect(looks).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - began) / 3_000));
    const writes = statements.count('insert into deployment_logs') + statements.count('pg_notify');
    expect(writes).toBe(2);
    // `begin`, the role and `commit` of the transaction that wrote.
    expect(statements.all() - 2 * looks - 1 - writes).toBeLessThanOrEqual(4);
  });

  it('cost no more than one does when the head changes', async () => {
    const deployment = await watchers();
    const many = await statementsOfChange(deployment.id, 1);
    await Promise.all(opened.map((one) => one[Symbol.asyncDispose]()));
    opened = [await listen(eventsOf(deployment.id), cookieOf(stage.ada))];
    await everyone('before');
    expect(await statementsOfChange(deployment.id, 2)).toBe(many);
  });

  it('are cut off without a change too, once they may not see it any more', async () => {
    const [deployment, stranger] = [await stage.deploy(), await makePerson(stage.deps, 'developer')];
    await stage.share(stranger, 'viewer');
    opened = [
      await listen(eventsOf(deployment.id), cookieOf(stranger)),
      await listen(eventsOf(deployment.id), cookieOf(stage.ada)),
    ];
    await until('both states', () => opened.every(({ events }) => events.length > 0));
    await stage.share(await makePerson(stage.deps, 'developer'), 'viewer');
    await until('the end', () => opened[0]?.ended());
    expect(opened[0]?.events.at(-1)?.event).toBe('end');
    expect(opened[1]?.ended()).toBe(false);
  });
});

/** But for the looks that come every three seconds. */
async function statementsOfChange(id: string, healthy: number): Promise<number> {
  using statements = countStatements();
  await stage.change({ id } as never, { metadata: { progress: { phase: 'rolling_out', healthy, desired: 9 } } });
  await until('the state', () =>
    opened.every(({ events }) => events.some(({ data }) => data.html?.includes(`${healthy}/9 tasks healthy`))),
  );
  const looks = statements.count(' as last_line');
  expect(statements.count("app_team_roles('viewer')")).toBe(looks);
  const count = statements.all() - 2 * looks;
  return count;
}

describe('a viewer that does not read', () => {
  it('neither holds up the others nor misses a line, as it connects again where it was left', async () => {
    const deployment = await stage.deploy({ status: 'building' });
    const link = stage.url + stage.link(deployment).replace('?', '/events?');
    const [slow, quick] = [await listen(link), await listen(link)];
    opened = [slow, quick];
    await until('the states', () => opened.every(({ events }) => events.length > 0));
    slow.read(false);
    const filler = 'x'.repeat(2_000);
    for (let part = 0; part < 12; part += 1) {
      const lines = Array.from({ length: 1_000 }, (_, at) => `${part * 1_000 + at} ${filler}`);
      await stage.write(deployment, lines);
      await until(`part ${part}`, () =>
        quick
          .lines()
          .at(-1)
          ?.startsWith(`${part * 1_000 + 999} `),
      );
    }
    slow.read(true);
    await until('the slow one was let go', () => slow.ended());
    const seen = slow.lines().length;
    expect(seen).toBeLessThan(12_000);
    const id = slow.events.findLast((event) => event.id !== undefined)?.id ?? '0';
    const again = await listen(link, { 'last-event-id': id });
    opened.push(again);
    await until('the rest', () => again.lines().length === 12_000 - seen);
    expect([...slow.lines(), ...again.lines()].map((line) => Number(line.split(' ')[0]))).toEqual(
      Array.from({ length: 12_000 }, (_, at) => at),
    );
  });
});
