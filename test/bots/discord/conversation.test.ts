import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Backup } from '../../../src/entities/backup.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { Restore } from '../../../src/entities/restore.ts';
import type { SourceConfig } from '../../../src/entities/application-config.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../src/handlers/dispatch.ts';
import { storeOf } from '../../../src/usecases/backups/restic-repositories.ts';
import { answerTo } from '../../support/discord/people.ts';
import { adaId, bobId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { makeApplication, makeDeployment } from '../../support/factories.ts';
import { makeManagedDatabase } from '../../support/managed-database.ts';
import { makePerson, type Person } from '../../support/person.ts';

let stage: DiscordStage;
let eve: Person;
beforeAll(async () => {
  stage = await makeDiscordStage();
  eve = await makePerson(stage.deps, 'super_admin');
});
afterEach(() => expect(stage.world.refused).toEqual([]));
afterAll(() => stage.close());

/** How the answer to a line was opened, and where it was in the end. */
async function visibility(line: string, account = adaId) {
  const interaction = stage.people.slash(account, 'ship run', { line });
  const { text } = await answerTo(interaction);
  const [moved] = interaction.followUps;
  return { text, opened: sight(interaction.ephemeral), ended: sight(moved?.ephemeral ?? interaction.ephemeral) };
}

function sight(ephemeral: boolean): 'person' | 'channel' {
  return ephemeral ? 'person' : 'channel';
}

async function application(name: string, config: SourceConfig = {}) {
  const docker = { type: 'docker', sourceType: 'docker' } as const;
  const sourceConfig = { image: 'nginx:1', ...config };
  return makeApplication(stage.db.database, { name, project: stage.project, ...docker, sourceConfig });
}

async function database(name: string): Promise<ManagedDatabase> {
  const image = { image: 'postgres:17', version: '17' };
  const { database: made } = await makeManagedDatabase(stage.deps, stage.project, 'postgresql', image, name);
  const em = stage.db.database.asSystem();
  return em.findOneOrFail(ManagedDatabase, made.id, { populate: ['project'] });
}

describe('an answer that the person alone sees', () => {
  it('is the key of backups, from the first moment on', async () => {
    await storeOf(stage.deps, await database('orders'));
    const { text, opened, ended } = await visibility('db key shop/orders');
    expect([opened, ended]).toEqual(['person', 'person']);
    expect(text).toContain('Backups of shop/orders');
  });

  it.each([
    ['token create ci', 'SHIPMATE_TOKEN='],
    ['link --invite viewer', 'within 24 hours'],
    ['app create shop/site --repo https://github.com/acme/site.git', 'Secret'],
    ['app connect shop/site', 'Secret'],
    ['token revoke ci', 'is revoked'],
    ['status', 'shop/api'],
    ['scale shop/api --help', 'Change how many tasks run'],
    ['scal shop/api 2', 'Did you mean'],
    ['scale shop/api two', 'is not a whole number'],
  ])('is that of `%s`', async (line, expected) => {
    const { text, opened, ended } = await visibility(line);
    expect([opened, ended]).toEqual(['person', 'person']);
    expect(text).toContain(expected);
  });
});

describe('a note beside a live message', () => {
  it('is that of `approve`', async () => {
    const { deploymentId = '' } = await protectedDeployment('guarded');
    const { text, opened, ended } = await visibility(`approve ${deploymentId.slice(0, 8)}`);
    expect([opened, ended]).toEqual(['person', 'person']);
    expect(text).toContain('Approved: deploying `shop/guarded`');
  });

  it('is that of `app restore`', async () => {
    const live = await application('archived');
    const metadata = { image: 'shop/archived:1', ref: 'main' };
    await makeDeployment(stage.db.database, { application: live, status: 'success', metadata });
    await visibility('app archive shop/archived');
    const { text, opened, ended } = await visibility('app restore shop/archived');
    expect([opened, ended]).toEqual(['person', 'person']);
    expect(text).toContain('rolls out the version that was live');
  });

  it('is the channel’s answer where no deployment comes of it', async () => {
    await application('draft');
    await visibility('app archive shop/draft');
    const { text, opened, ended } = await visibility('app restore shop/draft');
    expect([opened, ended]).toEqual(['person', 'channel']);
    expect(text).toContain('It has no version to roll out');
  });

  it('is the channel’s answer where a restore was approved', async () => {
    const { id } = await waitingRestore(await database('bills'));
    const { text, opened, ended } = await visibility(`approve ${id.slice(0, 8)}`);
    expect([opened, ended]).toEqual(['person', 'channel']);
    expect(text).toMatch(/restoring backup [0-9a-f]{8} into `shop\/bills`/);
  });
});

describe('an answer that the channel sees', () => {
  it.each([
    ['scale shop/api 2', 'shop/api'],
    ['lock shop/api the migration runs', 'shop/api'],
    ['app create shop/cache --image redis:7', 'shop/cache'],
    ['env set shop/api LOG_LEVEL=debug', 'LOG_LEVEL'],
  ])('is that of `%s`', async (line, expected) => {
    const { text, opened, ended } = await visibility(line);
    expect([opened, ended]).toEqual(['channel', 'channel']);
    expect(text).toContain(expected);
  });

  it('is taken back where the person was refused, who alone reads why', async () => {
    const { text, opened, ended } = await visibility('lock shop/api to see', bobId);
    expect([opened, ended]).toEqual(['channel', 'person']);
    expect(text).toContain('needs the role `developer`');
  });
});

/** Asked for by somebody else, so that Ada may approve it. */
async function protectedDeployment(name: string) {
  await application(name, { protected: true });
  const { dispatch } = createDispatcher(stage.deps, commands);
  return dispatch({ line: `deploy shop/${name}` }, eve.origin);
}

async function waitingRestore(of: ManagedDatabase): Promise<Restore> {
  return stage.db.database.asSystem().transactional(async (em) => {
    const at = em.getReference(ManagedDatabase, of.id);
    const backup = em.create(Backup, { database: at, type: 'incremental', status: 'success', completedAt: new Date() });
    const expiresAt = new Date(Date.now() + 3_600_000);
    return em.create(Restore, { database: at, backup, status: 'waiting', requestedBy: null, expiresAt });
  });
}
