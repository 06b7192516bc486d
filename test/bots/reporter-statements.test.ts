import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deployment } from '../../src/entities/deployment.ts';
import { recordingBot } from '../support/recording-bot.ts';
import { countStatements } from '../support/statements.ts';
import { until } from '../support/until.ts';
import { makeReporterStage, type ReporterStage } from './reporter-stage.ts';

let stage: ReporterStage;
let report: ReporterStage['report'];
let deployment: ReporterStage['deployment'];
let moveTo: ReporterStage['moveTo'];
let db: ReporterStage['db'];

beforeAll(async () => {
  stage = await makeReporterStage();
  ({ db, deployment, moveTo, report } = stage);
});
afterEach(async () => {
  await stage.clear();
});
afterAll(() => db.close());

describe('a change', () => {
  it('is looked at in one statement, and only the message of its deployment is drawn', async () => {
    const bot = recordingBot();
    await report(bot, 20);
    const made = await Promise.all(Array.from({ length: 20 }, () => deployment()));
    await until('all posts', () => bot.did.length === made.length);
    using statements = countStatements();
    await moveTo(made[7] as Deployment, { phase: 'building', step: 1, steps: 2 });
    await until('edit', () => bot.did.some((line) => line.startsWith('edit')));
    expect(statements.count('from "chat_messages"')).toBe(1);
    expect(statements.count('from "deployments"')).toBe(1);
    expect(bot.did.slice(made.length)).toEqual([expect.stringMatching(/^edit \d+ building \(step 1 of 2\)$/)]);
  });

  it('of the log alone draws nothing, and of a deployment without a message neither', async () => {
    const bot = recordingBot();
    await report(bot);
    const [made, silent] = [await deployment(), await deployment([])];
    await until('post', () => bot.did.length === 1);
    using statements = countStatements();
    const looks = () => statements.count('as "deploymentId"');
    for (const { id } of [made, silent]) {
      const before = looks();
      await db.database.asSystem().transactional((em) => db.database.notify(em, 'deployment', id));
      await until('a look', () => looks() > before);
    }
    expect(statements.count('from "chat_messages"')).toBe(0);
    expect(statements.count('from "deployments"')).toBe(0);
  });
});
