import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { appManifest } from '../../src/bots/slack/app-manifest.ts';
import { slackApp } from '../../src/cli/slack-app/slack-app.ts';
import { startSlack } from '../support/slack/slack.ts';

let slack: Awaited<ReturnType<typeof startSlack>>;
let folder: string;
const printed: string[] = [];
const asked: string[] = [];

beforeAll(async () => {
  slack = await startSlack();
  folder = await mkdtemp(join(tmpdir(), 'slack-app-'));
});
afterEach(() => {
  printed.length = 0;
  asked.length = 0;
  slack.world.refused.length = 0;
  slack.world.apps.clear();
  slack.world.configuration = { token: 'xoxe.xoxp-1', refresh: 'xoxe-1' };
});
afterAll(async () => {
  await slack.close();
  await rm(folder, { recursive: true });
});

function run(words: string[], env: NodeJS.ProcessEnv = { SLACK_CONFIG_TOKEN: 'xoxe.xoxp-1' }, typed = '') {
  return slackApp(words, {
    env: { SHIPMATE_PUBLIC_URL: 'https://ship.acme.example', SLACK_API_URL: slack.apiUrl, ...env },
    print: (line) => printed.push(line),
    async ask(prompt) {
      asked.push(prompt);
      return typed;
    },
  });
}

describe('slack app create', () => {
  it('makes the app from the manifest, and says where its tokens are and go', async () => {
    expect(await run(['app', 'create'])).toBe(0);
    expect(slack.world.apps.get('A100')).toEqual(appManifest({ host: 'ship.acme.example' }));
    const text = printed.join('\n');
    expect(text).toContain('https://api.slack.com/apps/A100/install-on-team');
    expect(text).toContain('SLACK_BOT_TOKEN');
    expect(text).toContain('SLACK_APP_TOKEN');
    expect(text).not.toMatch(/hidden|xoxe/);
  });

  it('makes one for HTTP', async () => {
    expect(await run(['app', 'create', '--http', '--name', 'Ship of Acme'])).toBe(0);
    expect(slack.world.apps.get('A100')).toMatchObject({
      display_information: { name: 'Ship of Acme' },
      settings: {
        socket_mode_enabled: false,
        event_subscriptions: { request_url: 'https://ship.acme.example/slack/events' },
      },
    });
    expect(printed.join('\n')).toContain('SLACK_SIGNING_SECRET');
  });

  it('asks for the token without echo where the environment has none, and never prints it', async () => {
    expect(await run(['app', 'create'], {}, 'xoxe.xoxp-1')).toBe(0);
    expect(asked).toEqual(['Slack configuration token']);
    expect(printed.join('\n')).not.toContain('xoxe');
  });

  it('shows the manifest and calls nobody with --dry-run', async () => {
    const calls = [...slack.world.asked.values()].reduce((sum, one) => sum + one, 0);
    expect(await run(['app', 'create', '--dry-run'], {})).toBe(0);
    expect(JSON.parse(printed.join('\n'))).toEqual(appManifest({ host: 'ship.acme.example' }));
    expect([...slack.world.asked.values()].reduce((sum, one) => sum + one, 0)).toBe(calls);
  });

  it('says every mistake with its place', async () => {
    await expect(run(['app', 'create', '--name', 'x'.repeat(36)])).rejects.toThrow(
      /^Slack refuses this: invalid manifest\.\n- \/display_information\/name: .+$/,
    );
    expect(slack.world.apps.size).toBe(0);
  });

  it.each([
    [['app', 'create'], { SLACK_CONFIG_TOKEN: 'xoxb-1' }, 'That is no configuration token'],
    [['app', 'create'], { SLACK_CONFIG_TOKEN: 'xoxe.xoxp-0' }, 'a token lives for twelve hours'],
    [['app', 'create', '--http', '--url', 'http://ship.example'], {}, 'https addresses only'],
    [['app', 'create'], { SHIPMATE_PUBLIC_URL: '' }, 'Give the address of your Shipmate'],
    [['app', 'update'], {}, 'Name the app by its id'],
    [['app', 'frobnicate'], {}, 'Usage: shipmate slack app create'],
    [['app', 'create', '--token', 'x'], {}, 'Usage: shipmate slack app create'],
  ])('refuses %j %j', async (words, env, sentence) => {
    await expect(run(words, env)).rejects.toThrow(sentence);
    expect(slack.world.apps.size).toBe(0);
  });
});

describe('configuration tokens', () => {
  it('are exchanged once the kept one is refused, and the next pair is kept before it is used', async () => {
    const path = join(folder, 'tokens.json');
    await writeFile(path, JSON.stringify({ token: 'xoxe.xoxp-0', refresh_token: 'xoxe-1' }));
    expect(await run(['app', 'create', '--tokens', path], {})).toBe(0);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ token: 'xoxe.xoxp-2', refresh_token: 'xoxe-2' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(asked).toEqual([]);
    expect(await run(['app', 'create', '--tokens', path], {})).toBe(0);
    expect(slack.world.apps.size).toBe(2);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ token: 'xoxe.xoxp-2', refresh_token: 'xoxe-2' });
  });

  it('may be the refresh token alone, of which the person is told that it is used up', async () => {
    expect(await run(['app', 'create'], { SLACK_CONFIG_TOKEN: 'xoxe-1' })).toBe(0);
    expect(printed[0]).toContain('The refresh token is used up');
    await expect(run(['app', 'create'], { SLACK_CONFIG_TOKEN: 'xoxe-1' })).rejects.toThrow('invalid refresh token');
  });

  it('in a file that has none are refused in words', async () => {
    const path = join(folder, 'broken.json');
    await writeFile(path, 'xoxe-1');
    await expect(run(['app', 'create', '--tokens', path], {})).rejects.toThrow(`${path} has no configuration tokens.`);
  });
});

describe('slack app update', () => {
  const older = () => {
    const made = appManifest({ host: 'ship.acme.example' });
    const { agent_view: _, rich_previews: __, ...features } = made.features;
    return {
      ...made,
      display_information: { name: 'Deployer', description: 'Ours' },
      features: {
        ...features,
        assistant_view: { assistant_description: 'Deploys' },
        unfurl_domains: ['old.acme.example'],
        slash_commands: [{ command: '/deployer', description: 'Ours' }],
      },
      oauth_config: { scopes: { bot: ['channels:history', 'chat:write', 'im:history'] } },
      settings: { ...made.settings, event_subscriptions: { bot_events: ['message.im'] } },
    };
  };

  it('adds what the bot needs, keeps what people changed, and says that it has to be installed again', async () => {
    slack.world.apps.set('A1', older());
    await expect(run(['app', 'update', 'A9'])).rejects.toThrow('Name the app by its id');
    slack.world.apps.set('A0123ABCD', older());
    expect(await run(['app', 'update', 'A0123ABCD'])).toBe(0);
    expect(printed).toEqual([
      'The Slack app A0123ABCD is up to date. It asks for other scopes than before: install it again at https://api.slack.com/apps/A0123ABCD/install-on-team.',
    ]);
    const updated = slack.world.apps.get('A0123ABCD') as ReturnType<typeof older>;
    expect(updated).toMatchObject({
      display_information: { name: 'Deployer', description: 'Ours' },
      features: {
        assistant_view: { assistant_description: 'Deploys' },
        slash_commands: [{ command: '/ship' }, { command: '/deployer' }],
        unfurl_domains: ['ship.acme.example', 'old.acme.example'],
      },
    });
    expect(updated.features).not.toHaveProperty('agent_view');
    expect(updated.oauth_config.scopes.bot).toEqual(expect.arrayContaining(['channels:history', 'assistant:write']));
    expect(updated.settings.event_subscriptions.bot_events).toContain('assistant_thread_started');
  });

  it('changes nothing the second time, and leaves HTTP what it is', async () => {
    const requestUrl = 'https://ship.acme.example/slack/events';
    slack.world.apps.set('A0123ABCD', appManifest({ host: 'ship.acme.example', requestUrl }));
    expect(await run(['app', 'update', 'A0123ABCD'])).toBe(0);
    expect(printed).toEqual(['The Slack app A0123ABCD is up to date.']);
    expect(slack.world.apps.get('A0123ABCD')).toEqual(appManifest({ host: 'ship.acme.example', requestUrl }));
  });
});

describe('slack app check', () => {
  const env = { SLACK_BOT_TOKEN: 'xoxb-1' };

  it('is content with every scope', async () => {
    expect(await run(['app', 'check'], env)).toBe(0);
    expect(printed).toEqual(['The token has every scope.']);
  });

  it('names what is missing and what for', async () => {
    slack.manifest.scopes.delete('assistant:write');
    slack.manifest.scopes.delete('commands');
    expect(await run(['app', 'check'], env)).toBe(1);
    expect(printed).toEqual([
      'missing: commands (`/ship`); Shipmate needs it.',
      'missing: assistant:write (suggested prompts and titles where people write to Shipmate as an agent); without it there are no suggested prompts.',
      '`shipmate slack app update <app id>` adds them; then install the app again.',
    ]);
    slack.manifest.scopes.add('assistant:write').add('commands').delete('users:read.email');
    printed.length = 0;
    expect(await run(['app', 'check'], env)).toBe(0);
    expect(printed).toEqual([expect.stringMatching(/^optional: users:read\.email /)]);
    slack.manifest.scopes.add('users:read.email');
  });

  it('says which token Slack refuses', async () => {
    await expect(run(['app', 'check'], { SLACK_BOT_TOKEN: 'xoxb-0' })).rejects.toThrow(
      'Slack refuses the token (invalid_auth).',
    );
  });
});
