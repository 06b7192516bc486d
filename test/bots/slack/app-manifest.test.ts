import { describe, expect, it } from '@jest/globals';
import { appManifest } from '../../../src/bots/slack/app-manifest.ts';
import { appManifestSchema } from '../../support/slack/manifest-schema.ts';

const made = appManifest({ host: 'ship.example.com' });
const isTaken = (manifest: unknown) => appManifestSchema.safeParse(manifest).success;

describe('the manifest', () => {
  it('is one that Slack takes, for Socket Mode and for HTTP', () => {
    expect(isTaken(made)).toBe(true);
    const url = 'https://ship.example.com/slack/events';
    const http = appManifest({ host: 'ship.example.com', requestUrl: url });
    expect(isTaken(http)).toBe(true);
    expect(http).toMatchObject({
      features: { slash_commands: [{ command: '/ship', url }] },
      settings: {
        event_subscriptions: { request_url: url },
        interactivity: { request_url: url, message_menu_options_url: url },
        socket_mode_enabled: false,
      },
    });
  });

  // What others met when they sent theirs: each was refused as a whole.
  it.each<[string, unknown]>([
    ['an empty list of commands', { ...made, features: { ...made.features, slash_commands: [] } }],
    [
      'an event whose scope is missing',
      {
        ...made,
        oauth_config: { scopes: { bot: made.oauth_config.scopes.bot.filter((one) => one !== 'im:history') } },
      },
    ],
    ['a property in another section', { ...made, settings: { ...made.settings, shortcuts: [] } }],
    ['bot scopes without a bot user', { ...made, features: { ...made.features, bot_user: undefined } }],
    [
      'both views of an agent',
      { ...made, features: { ...made.features, assistant_view: { assistant_description: 'Deploys' } } },
    ],
    ['HTTP without an address', { ...made, settings: { ...made.settings, socket_mode_enabled: false } }],
  ])('would be refused with %s', (_what, manifest) => {
    expect(isTaken(manifest)).toBe(false);
  });
});
