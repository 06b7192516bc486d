import { createDiscordBot } from '../../../src/bots/discord/discord.ts';
import { advisoryLeases } from '../../../src/database/lease.ts';
import type { UserRole } from '../../../src/entities/user.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../src/handlers/dispatch.ts';
import { createTestDatabase } from '../database.ts';
import { makeApplication, makeProject, makeUser } from '../factories.ts';
import { countingTokenise } from '../counting-tokenise.ts';
import { fakeDeps } from '../fakes.ts';
import { linkIdentity } from '../person.ts';
import { until } from '../until.ts';
import { startDiscord } from './discord.ts';
import { createPeople } from './people.ts';

export const adaId = '400000000000000001';
export const bobId = '400000000000000002';

/** Ada (admin) and Bob (viewer) in a guild that the real bot is connected to, with the application `shop/api` of Ada's. */
export async function makeDiscordStage() {
  const db = await createTestDatabase();
  const discord = await startDiscord();
  const { gateway, world } = discord;
  const leases = advisoryLeases(db.url);
  const deps = fakeDeps(db.database, { leases });
  const counting = countingTokenise();
  const dispatcher = createDispatcher(deps, commands, counting.tokenise);
  const config = { token: world.token, applicationId: world.applicationId, apiUrl: discord.apiUrl };
  const makeBot = () => createDiscordBot({ cdn: discord.cdn, config, dispatcher, deps, firstRetryMs: 50 });
  const bot = makeBot();
  const ada = await linked(adaId, 'admin');
  await linked(bobId, 'viewer');
  const project = await makeProject(db.database, { name: 'shop', owner: ada });
  const application = await makeApplication(db.database, {
    name: 'api',
    project,
    type: 'docker',
    sourceType: 'docker',
    sourceConfig: { image: 'nginx:1' },
  });
  await bot.start();
  await until('the gateway', () => gateway.connected() === 1 && bot.problem?.() === undefined);

  async function linked(account: string, role: UserRole) {
    const user = await makeUser(db.database, { role });
    await linkIdentity(db.database, user, { platform: 'discord', workspace: '200000000000000001', account });
    return user;
  }

  return {
    ...discord,
    db,
    deps,
    dispatcher,
    /** Each line that was split into words, as often as it was. */
    linesSplit: counting.lines,
    bot,
    makeBot,
    ada,
    project,
    application,
    people: createPeople(world, (interaction) => gateway.dispatch(interaction)),
    async close() {
      await bot.stop();
      await discord.close();
      await leases.close();
      await db.close();
    },
  };
}

export type DiscordStage = Awaited<ReturnType<typeof makeDiscordStage>>;
