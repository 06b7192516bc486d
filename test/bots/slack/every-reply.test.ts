import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Linked } from '../../../src/bots/slack/linked.ts';
import { renderModal } from '../../../src/bots/slack/modal.ts';
import { renderHome, renderStranger } from '../../../src/bots/slack/render-home.ts';
import { renderReply } from '../../../src/bots/slack/render.ts';
import { workObject, workObjectDetails } from '../../../src/bots/slack/work-object.ts';
import { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { formOf, secretForm } from '../../../src/handlers/command-form.ts';
import { readRequest } from '../../../src/handlers/command-request.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { readOverview } from '../../../src/usecases/overview/read-overview.ts';
import { createTestDatabase } from '../../support/database.ts';
import { everyReply, hostile } from '../../support/every-reply.ts';
import { makeApplication, makeDeployment, makeProject, makeUser } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { readManifest } from '../../support/slack/manifest.ts';
import { validateSlackMessage, validateSlackView } from '../../support/slack/validate.ts';
import { workObjectProblem } from '../../support/slack/work-objects.ts';

let replies: { line: string; reply: Reply }[];
beforeAll(async () => {
  replies = await everyReply();
});

describe('every reply that the commands give', () => {
  it('is within Slack’s limits and pings nobody, whatever people wrote', () => {
    for (const without of [undefined, new Set<never>()]) {
      const bad = replies.map(({ line, reply }) => ({
        line,
        problems: validateSlackMessage(renderReply(reply, without)),
      }));
      expect(bad.filter(({ problems }) => problems.length > 0)).toEqual([]);
    }
  });

  it('is a work object that Slack takes, with whatever people may do about it', () => {
    const types = readManifest().entityTypes;
    const bad = replies.map(({ line, reply }) => {
      const actions = (reply.actions ?? []).flatMap((one) => [one, { ...one, confirm: hostile }]);
      const linked: Linked = {
        kind: 'deployment',
        id: randomUUID(),
        address: 'https://ship.example/deployments/1',
        application: randomUUID(),
        signed: false,
        reply,
        actions,
      };
      const shown = [workObject(linked, 'https://ship.example/deployments/1?signature=1'), workObjectDetails(linked)];
      return { line, problems: shown.flatMap((one) => workObjectProblem({ entities: [one] }, types) ?? []) };
    });
    expect(bad.filter(({ problems }) => problems.length > 0)).toEqual([]);
  });
});

describe('every form', () => {
  it.each(commands.filter(({ form }) => form).map(({ name }) => name))(
    'of `%s` is a modal that Slack takes',
    (name) => {
      for (const line of [name, `${name} "${hostile.replaceAll('"', '')}"`]) {
        const form = formOf(readRequest(commands, { line }));
        const view = form && renderModal(form, { line, thread: 'C1/1700000000.000100' });
        expect(view && validateSlackView(view)).toEqual([]);
      }
    },
  );

  it('for secrets holds what it needs, or says that it cannot', () => {
    const asks = [{ name: 'secret', summary: hostile }];
    const ask = (line: string) => renderModal(secretForm(line, asks), { line, thread: 'C1', asks });
    expect(validateSlackView(ask('env set shop/api KEY --secret') ?? {})).toEqual([]);
    expect(ask('x'.repeat(3_000))).toBeUndefined();
  });
});

describe('the Home tab', () => {
  it('of somebody with everything is within the limits', async () => {
    await using db = await createTestDatabase();
    const owner = await makeUser(db.database, { role: 'admin' });
    for (let at = 0; at < 40; at += 1) {
      const project = await makeProject(db.database, { owner, name: `p${at}-${'x'.repeat(90)}` });
      const application = await makeApplication(db.database, { project });
      await makeDeployment(db.database, { application, status: 'building', metadata: { commit_title: hostile } });
    }
    const em = db.database.asSystem();
    const [some] = await em.find(Application, {}, { limit: 1 });
    for (let at = 0; at < 300; at += 1) await makeApplication(db.database, { ...(some && { project: some.project }) });
    const overview = await readOverview(fakeDeps(db.database), owner);
    const view = renderHome(overview, ({ id }) => `https://ship.example/deployments/${id}?signature=${'s'.repeat(64)}`);
    expect(validateSlackView(view)).toEqual([]);
    expect(await em.count(Deployment)).toBe(40);
  });

  it('of somebody unknown is within the limits', () => {
    expect(validateSlackView(renderStranger())).toEqual([]);
  });
});
