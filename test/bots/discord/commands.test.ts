import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { definitions } from '../../../src/bots/discord/commands.ts';
import { lineOfSlash } from '../../../src/bots/discord/slash-line.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { answerTo } from '../../support/discord/people.ts';
import { adaId, bobId, type DiscordStage, makeDiscordStage } from '../../support/discord/stage.ts';
import { type CommandDefinition, commandProblems } from '../../support/discord/validate-commands.ts';
import { until } from '../../support/until.ts';

let stage: DiscordStage;
beforeAll(async () => {
  stage = await makeDiscordStage();
});
beforeEach(() => {
  stage.world.refused.length = 0;
});
afterAll(() => stage.close());

describe('the definitions of commands', () => {
  it('are within what Discord allows', () => {
    expect(commandProblems(definitions(commands) as CommandDefinition[])).toEqual([]);
  });

  it('offer every command but the rare ones, as a verb of its own or by its noun', () => {
    const offered = definitions(commands).flatMap(({ name, options = [] }) =>
      options.map((option) => (name === 'ship' ? option.name : `${name.slice(5)} ${option.name.replaceAll('-', ' ')}`)),
    );
    const left = commands.filter(({ name, rare }) => !rare && !offered.includes(name));
    expect(left.map(({ name }) => name)).toEqual([]);
  });

  it('are registered once, and again only when they changed', async () => {
    expect(stage.world.registrations).toBe(1);
    const again = stage.makeBot();
    await again.start();
    await until('a second connection', () => again.problem?.() === undefined);
    await again.stop();
    expect(stage.world.registrations).toBe(1);
    stage.world.commands = stage.world.commands.slice(1);
    const changed = stage.makeBot();
    await changed.start();
    await until('a third connection', () => changed.problem?.() === undefined);
    await changed.stop();
    expect(stage.world.registrations).toBe(2);
  });

  it('become the line that a person would type', () => {
    const option = (name: string, value: string | number | boolean) => ({ name, value, type: 3 });
    const line = (name: string, verb: string, options: object[]) =>
      lineOfSlash(commands, { name, options: [{ name: verb, type: 1, options }] } as never);
    expect(line('ship', 'deploy', [option('ref', 'v1'), option('app', 'shop/api'), option('force', true)])).toBe(
      'deploy --force shop/api v1',
    );
    expect(line('ship-env', 'set', [option('app', 'shop/api'), option('variables', 'A=1 B="two words"')])).toBe(
      'env set shop/api A=1 "B=two words"',
    );
    expect(line('ship-github', 'app-create', [option('organization', 'acme')])).toBe(
      'github app create --organization acme',
    );
    expect(line('ship', 'run', [option('line', 'status shop/api')])).toBe('status shop/api');
    expect(line('ship', 'gone', [])).toBeUndefined();
  });
});

describe('a slash command', () => {
  it('is answered for the person alone when it only reads', async () => {
    const { ephemeral, text } = await answerTo(stage.people.slash(adaId, 'ship status', { app: 'shop/api' }));
    expect(ephemeral).toBe(true);
    expect(text).toContain('shop/api');
  });

  it('is answered for the channel when it changed something', async () => {
    const { ephemeral, text } = await answerTo(
      stage.people.slash(adaId, 'ship scale', { app: 'shop/api', replicas: 2 }),
    );
    expect(ephemeral).toBe(false);
    expect(text).toContain('shop/api');
  });

  it('is refused in private, with the role that is needed and who can grant it', async () => {
    const interaction = stage.people.slash(bobId, 'ship scale', { app: 'shop/api', replicas: 2 });
    const { ephemeral, text } = await answerTo(interaction);
    expect(ephemeral).toBe(true);
    expect(text).toContain('needs the role `developer`; yours is `viewer`');
    // Removed last, once the refusal is there.
    await until('the removal of the public answer', async () => interaction.original === undefined);
  });

  it('tells people who are not linked how to become so', async () => {
    const { ephemeral, text } = await answerTo(stage.people.slash('499', 'ship deploy', { app: 'shop/api' }));
    expect([ephemeral, text.includes('Your account isn’t linked yet')]).toEqual([true, true]);
    expect((await answerTo(stage.people.slash('499', 'ship whoami'))).text).toContain('isn’t linked yet');
  });

  it('is read once', async () => {
    stage.linesSplit.length = 0;
    await answerTo(stage.people.slash(adaId, 'ship run', { line: 'status shop/api' }));
    await answerTo(stage.people.slash(adaId, 'ship run', { line: 'scale shop/api 2' }));
    await answerTo(stage.people.slash(adaId, 'ship run', { line: 'scale "shop/api' }));
    expect(stage.linesSplit).toEqual(['status shop/api', 'scale shop/api 2', 'scale "shop/api']);
  });

  it('takes any line', async () => {
    expect((await answerTo(stage.people.slash(adaId, 'ship run', { line: 'project list' }))).text).toContain('shop');
  });

  it('sends a long log as a file', async () => {
    const reply = { tone: 'info' as const, code: 'line\n'.repeat(5_000) };
    const dispatch = stage.dispatcher.dispatch;
    stage.dispatcher.dispatch = async () => reply;
    try {
      const { files, text } = await answerTo(stage.people.slash(adaId, 'ship logs', { app: 'shop/api' }));
      expect(files).toEqual(['log.txt']);
      expect(text).toContain('more lines: open the log');
    } finally {
      stage.dispatcher.dispatch = dispatch;
    }
  });
});

describe('suggestions', () => {
  it('are the names that the person sees', async () => {
    expect(await stage.people.type(adaId, 'ship deploy', { app: 'API' }, 'app')).toEqual(['shop/api']);
    expect(await stage.people.type(bobId, 'ship status', { app: '' }, 'app')).toEqual([]);
  });

  it('are none for people without the role, or without a link', async () => {
    expect(await stage.people.type(bobId, 'ship deploy', { app: '' }, 'app')).toEqual([]);
    expect(await stage.people.type('499', 'ship status', { app: '' }, 'app')).toEqual([]);
  });

  it('follow the application that was chosen', async () => {
    expect(await stage.people.type(adaId, 'ship-env unset', { app: 'shop/api', keys: '' }, 'keys')).toEqual([]);
    await answerTo(stage.people.slash(adaId, 'ship-env set', { app: 'shop/api', variables: 'LOG_LEVEL=debug' }));
    expect(await stage.people.type(adaId, 'ship-env unset', { app: 'shop/api', keys: 'log' }, 'keys')).toEqual([
      'LOG_LEVEL',
    ]);
  });

  it('complete whole lines', async () => {
    expect(await stage.people.type(adaId, 'ship run', { line: 'status sh' }, 'line')).toEqual(['status shop/api']);
  });
});

describe('what the platform refused', () => {
  it('is nothing', () => {
    expect(stage.world.refused).toEqual([]);
  });
});
