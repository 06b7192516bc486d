import { createSlackBot } from '../../../src/bots/slack/slack.ts';
import { advisoryLeases } from '../../../src/database/lease.ts';
import type { Application } from '../../../src/entities/application.ts';
import type { UserRole } from '../../../src/entities/user.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../src/handlers/dispatch.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase } from '../database.ts';
import { makeApplication, makeProject, makeUser } from '../factories.ts';
import { countingTokenise } from '../counting-tokenise.ts';
import { fakeDeps } from '../fakes.ts';
import { linkIdentity } from '../person.ts';
import { until } from '../until.ts';
import { startSlack } from './slack.ts';

/** Ada (U1, admin) and Bob (U2, viewer unless another role is named) in a workspace that the real bot is connected to. */
export async function makeSlackStage({
  bob: bobsRole = 'viewer',
  over = {},
}: { bob?: UserRole; over?: Partial<Deps> } = {}) {
  const db = await createTestDatabase();
  const slack = await startSlack();
  const leases = advisoryLeases(db.url);
  const { world } = slack;
  const config = { botToken: world.botToken, appToken: world.appToken, signingSecret: undefined, apiUrl: slack.apiUrl };
  const deps = fakeDeps(db.database, { leases, ...over });
  const counting = countingTokenise();
  const dispatcher = createDispatcher(deps, commands, counting.tokenise);
  const make = () => createSlackBot({ config, dispatcher, deps, firstRetryMs: 50 });
  const bot = make();
  const ada = await linked('U1', 'admin');
  const bob = await linked('U2', bobsRole);
  await bot.start();
  await until('connection', () => slack.socket.connected() === 1 && bot.problem?.() === undefined);

  async function linked(account: string, role: UserRole) {
    const user = await makeUser(db.database, { role });
    await linkIdentity(db.database, user, { platform: 'slack', workspace: world.team, account });
    return user;
  }

  /** A `docker` application in a project of Ada's. */
  async function application(over: Partial<Application> = {}) {
    const project = await makeProject(db.database, { owner: ada });
    return makeApplication(db.database, {
      project,
      type: 'docker',
      sourceType: 'docker',
      sourceConfig: { image: 'nginx:1' },
      ...over,
    });
  }

  return {
    ...slack,
    application,
    db,
    deps,
    dispatcher,
    /** Each line that was split into words, as often as it was. */
    linesSplit: counting.lines,
    bot,
    /** Another bot of the same app, not started. */
    makeBot: make,
    ada,
    bob,
    /** Before the next test. */
    forget() {
      const { details, limited, messages, modals, prompts, refused, statuses, unfurls, whispers } = world;
      for (const list of [details, limited, messages, modals, prompts, refused, statuses, unfurls, whispers])
        list.length = 0;
      world.files.clear();
      world.homes.clear();
      world.calls.clear();
    },
    async close() {
      await bot.stop();
      await slack.close();
      await leases.close();
      await db.close();
    },
  };
}

export type SlackStage = Awaited<ReturnType<typeof makeSlackStage>>;
