import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Deployment } from '../../../src/entities/deployment.ts';
import { GitHostError } from '../../../src/git-hosts/api.ts';
import { createPreviewReporter, findDueComments } from '../../../src/usecases/previews/report-comment.ts';
import { openPreviewStage, type PreviewStage } from './stage.ts';
import { until } from '../../support/until.ts';
import { shaOf } from '../../support/webhooks.ts';

let stage: PreviewStage;
beforeAll(async () => {
  stage = await openPreviewStage();
});
beforeEach(() => stage.comments.clear());
afterAll(() => stage.close());

/** Lets a reporter bring every comment up to date, as one that was just started. */
async function report(): Promise<void> {
  const reporter = createPreviewReporter(stage.deps, { pollMs: 50, firstRetryMs: 10 });
  await reporter.start();
  try {
    await until('the comments', async () => (await findDueComments(stage.deps, undefined)).length === 0);
  } finally {
    await reporter.stop();
  }
}

/** Without the time, which differs. */
const said = () => [...stage.comments].map(([id, text]) => [id, text.replace(/\| Updated \|.*\|/, '| Updated |')]);

it('of a request is one, edited in place, also by a Shipmate that was restarted', async () => {
  const app = await stage.connect('github');
  await stage.tell('github', app);
  await stage.settle(app);
  await report();
  const [first] = await stage.deploymentsOf(app);
  const table = (...rows: string[]) =>
    [`42: Preview of \`${app.name}\``, '', '| | |', '| --- | --- |', ...rows].join('\n');
  const log = (id: string | undefined) => `| Log | http://ship.example/deployments/${id} |`;
  expect(said()).toEqual([
    ['1', table('| Status | waits for its turn |', '| Commit | aaaaaaa |', log(first?.id), '| Updated |')],
  ]);
  if (first) await stage.end(first);
  await report();
  const host = app.name.split('/').reverse().join('.');
  const address = `| Address | http://42-${host}.localhost:8088 |`;
  expect(said()).toEqual([
    ['1', table('| Status | deployed in 0 s |', '| Commit | aaaaaaa |', address, log(first?.id), '| Updated |')],
  ]);
  await stage.tell('github', app, { happened: 'changed', commit: shaOf('b'), at: '2026-11-28T10:01:00Z' });
  await stage.settle(app);
  await report();
  expect(said()).toEqual([['1', expect.stringContaining('| Commit | bbbbbbb |')]]);
  await stage.tell('github', app, { happened: 'closed', at: '2026-11-28T10:02:00Z' });
  await stage.settle(app);
  await report();
  expect(said()).toEqual([['1', `42: The preview of \`${app.name}\` was removed: the request was closed.`]]);
});

it('says nothing that a stranger or a build wrote', async () => {
  const app = await stage.connect('github');
  await stage.tell('github', app, { from: 'eve/api', title: '![x](http://evil.example/)' });
  await stage.settle(app);
  await report();
  expect(said()).toEqual([['1', expect.stringContaining('waits until a member approves this commit')]]);
  const [deployment] = await stage.deploymentsOf(app);
  await stage.db.querySystem(
    `update deployments set status = 'failed', metadata = metadata || '{"error": "the password is hunter2"}' where id = $1`,
    [deployment?.id],
  );
  await report();
  const [[, text] = []] = said();
  expect(text).toContain('failed; the log says why');
  expect(text).not.toMatch(/hunter2|evil/);
});

it('that somebody has deleted is written anew', async () => {
  const app = await stage.connect('github');
  await stage.tell('github', app);
  await stage.settle(app);
  await report();
  const [first] = await stage.deploymentsOf(app);
  stage.comments.delete('1');
  stage.comments.set('other', 'of somebody else');
  stage.refuseEdits(new GitHostError('it answered 404: Not Found', { status: 404, refused: true }));
  if (first) await stage.end(first);
  await report();
  stage.refuseEdits(undefined);
  expect((await stage.previewOf(app)).commentId).toBe('2');
});

it('names a database that could not be prepared', async () => {
  const app = await stage.connect('github');
  await stage.tell('github', app);
  await stage.settle(app);
  const [first] = await stage.deploymentsOf(app);
  await stage.db
    .asSystem()
    .nativeUpdate(
      Deployment,
      { id: first?.id ?? '' },
      { status: 'failed', completedAt: new Date(), metadata: { reason: 'no_database', error: 'of Eve' } },
    );
  await report();
  const text = [...stage.comments.values()].join('\n');
  expect(text).toContain('| Status | failed: its database could not be prepared; the log says why |');
  expect(text).not.toContain('Eve');
});
