import { firstPrompts, usageHint } from '../../replies/first-prompts.ts';
import { scopes } from './scopes.ts';

/** What people see of the app, which is theirs to change. */
const display = {
  name: 'Shipmate',
  description: 'Deploys to Docker Swarm and reports progress',
  background_color: '#1d3557',
};
const agentDescription = 'Deploys applications to Docker Swarm, and says how they are: commands and plain questions.';

/** What Slack tells Shipmate of. */
const events = [
  'app_context_changed',
  'app_home_opened',
  'app_mention',
  'entity_details_requested',
  'link_shared',
  'message.im',
];

export interface ManifestChoice {
  /** Host name of this Shipmate, whose links unfurl. */
  host: string;
  /** Where Slack sends its requests; undefined for Socket Mode. */
  requestUrl?: string | undefined;
  /** What people see as its name (default: Shipmate). */
  name?: string | undefined;
}

/**
 * The Slack app as the bot needs it. Slack refuses a manifest with a property that it does not know, with an empty list
 * of commands, without a bot user, and with an event whose scope is missing.
 * @see https://docs.slack.dev/reference/app-manifest
 */
export function appManifest({ host, name = display.name, requestUrl }: ManifestChoice) {
  const to = requestUrl === undefined ? {} : { request_url: requestUrl };
  return {
    display_information: { ...display, name },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      agent_view: {
        agent_description: agentDescription,
        suggested_prompts: firstPrompts.map(({ line, title }) => ({ title, message: line })),
      },
      bot_user: { display_name: 'Shipmate', always_online: true },
      slash_commands: [
        {
          command: '/ship',
          ...(requestUrl !== undefined && { url: requestUrl }),
          description: 'Deploy, roll back, read logs, …',
          usage_hint: usageHint,
          should_escape: true,
        },
      ],
      unfurl_domains: [host],
      rich_previews: { is_active: true, entity_types: ['slack#/entities/item'] },
    },
    oauth_config: { scopes: { bot: scopes.map((scope) => scope.name) } },
    settings: {
      event_subscriptions: { ...to, bot_events: events },
      interactivity: {
        is_enabled: true,
        ...to,
        ...(requestUrl !== undefined && { message_menu_options_url: requestUrl }),
      },
      org_deploy_enabled: false,
      socket_mode_enabled: requestUrl === undefined,
      token_rotation_enabled: false,
    },
  };
}
