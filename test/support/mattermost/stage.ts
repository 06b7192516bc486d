import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMattermostBot } from '../../../src/bots/mattermost/mattermost.ts';
import type { Bot } from '../../../src/bots/bot.ts';
import { advisoryLeases } from '../../../src/database/lease.ts';
import type { UserRole } from '../../../src/entities/user.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../src/handlers/dispatch.ts';
import { createTestDatabase } from '../database.ts';
import { makeApplication, makeProject, makeUser } from '../factories.ts';
import { countingTokenise } from '../counting-tokenise.ts';
import { fakeDeps, testConfig } from '../fakes.ts';
import { linkIdentity } from '../person.ts';
import { until } from '../until.ts';
import { startMattermost } from './mattermost.ts';
import { createPeople, shownOf } from './people.ts';
import { directChannel, type Post } from './world.ts';

/** Ada (admin) and Bob (viewer) on a server that the real bot is connected to, with the application `shop/api` of Ada's. */
export async function makeMattermostStage() {
  const db = await createTestDatabase();
  const mattermost = await startMattermost();
  const { socket, url, world } = mattermost;
  let bot: Bot | undefined;
  const listener = createServer((request, response) => {
    void request
      .toArray()
      .then((chunks) => bot?.http?.listener(Object.assign(request, { rawBody: Buffer.concat(chunks) }), response));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const publicUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const leases = advisoryLeases(db.url);
  const deps = fakeDeps(db.database, { leases, config: { ...testConfig, publicUrl } });
  const counting = countingTokenise();
  const dispatcher = createDispatcher(deps, commands, counting.tokenise);
  const config = { url, token: world.token, commandTokens: ['of-another-team', world.commandToken] };
  const makeBot = (over: { token?: string; pingMs?: number } = {}) =>
    createMattermostBot({
      config: { ...config, ...(over.token && { token: over.token }) },
      dispatcher,
      deps,
      firstRetryMs: 20,
      ...(over.pingMs && { pingMs: over.pingMs }),
    });
  bot = makeBot();
  const ada = await linked(world.ada.id, 'admin');
  const bob = await linked(world.bob.id, 'viewer');
  const project = await makeProject(db.database, { name: 'shop', owner: ada });
  const application = await makeApplication(db.database, {
    name: 'api',
    project,
    type: 'docker',
    sourceType: 'docker',
    sourceConfig: { image: 'nginx:1' },
  });
  const connected = () => until('the WebSocket', () => socket.connected() === 1 && bot.problem?.() === undefined);
  await bot.start();
  await connected();

  async function linked(account: string, role: UserRole) {
    const user = await makeUser(db.database, { role });
    await linkIdentity(db.database, user, { platform: 'mattermost', workspace: 'server', account });
    return user;
  }

  /** What the bot posted, oldest first, in a channel or in the conversation with a person. */
  function postsIn(place: { channel?: string; direct?: string } = {}): ReturnType<typeof shownOf>[] {
    const channel = place.direct
      ? directChannel(world, place.direct, world.bot.id).id
      : (place.channel ?? world.deploys.id);
    const own = [...world.posts.values()].filter(
      (post: Post) => post.channel_id === channel && post.user_id === world.bot.id,
    );
    return own.map(shownOf);
  }

  return {
    ...mattermost,
    db,
    deps,
    dispatcher,
    /** Each line that was split into words, as often as it was. */
    linesSplit: counting.lines,
    bot,
    makeBot,
    connected,
    ada,
    bob,
    project,
    application,
    postsIn,
    people: createPeople(world, `${publicUrl}/mattermost/events`, (post) => socket.posted(post)),
    async close() {
      await bot.stop();
      await mattermost.close();
      listener.closeAllConnections();
      listener.close();
      await once(listener, 'close');
      await leases.close();
      await db.close();
    },
  };
}

export type MattermostStage = Awaited<ReturnType<typeof makeMattermostStage>>;
