import { type appManifest } from './app-manifest.ts';

type Ours = ReturnType<typeof appManifest>;

/** What is read of the manifest of an app that exists; Slack's other properties are kept as they are. */
export interface Theirs {
  display_information?: Record<string, unknown>;
  features?: {
    assistant_view?: object;
    slash_commands?: { command?: string }[];
    unfurl_domains?: string[];
  } & Record<string, unknown>;
  oauth_config?: { scopes?: { bot?: string[] } & Record<string, unknown> } & Record<string, unknown>;
  settings?: {
    event_subscriptions?: { bot_events?: string[]; request_url?: string } & Record<string, unknown>;
    interactivity?: Record<string, unknown>;
    socket_mode_enabled?: boolean;
  } & Record<string, unknown>;
}

/** Slack's. */
const mostDomains = 5;
/** What an app of the older view hears of. */
const assistantEvents = ['assistant_thread_started', 'assistant_thread_context_changed'];

/**
 * The manifest of an app that exists, with what the bot needs: names, colours and icons stay, and so does what people
 * have added. An app of the older view of agents keeps it, since Slack takes only one of the two.
 */
export function mergedManifest(theirs: Theirs, ours: Ours): object {
  const { display_information: display, features = {}, oauth_config: oauth = {}, settings = {} } = theirs;
  const { agent_view: agentView, ...needed } = ours.features;
  const isOlder = features.assistant_view !== undefined;
  const commands = (features.slash_commands ?? []).filter(
    ({ command }) => !needed.slash_commands.some((one) => one.command === command),
  );
  const domains = union(needed.unfurl_domains, features.unfurl_domains).slice(0, mostDomains);
  const events = union(ours.settings.event_subscriptions.bot_events, settings.event_subscriptions?.bot_events);
  return {
    ...theirs,
    display_information: display ?? ours.display_information,
    features: {
      ...features,
      ...needed,
      ...(!isOlder && { agent_view: agentView }),
      slash_commands: [...needed.slash_commands, ...commands],
      unfurl_domains: domains,
    },
    oauth_config: {
      ...oauth,
      scopes: { ...oauth.scopes, bot: union(ours.oauth_config.scopes.bot, oauth.scopes?.bot) },
    },
    settings: {
      ...settings,
      ...ours.settings,
      event_subscriptions: {
        ...settings.event_subscriptions,
        ...ours.settings.event_subscriptions,
        bot_events: isOlder ? union(events, assistantEvents) : events,
      },
      interactivity: { ...settings.interactivity, ...ours.settings.interactivity },
    },
  };
}

/** Where Slack sends the events of an app without Socket Mode. */
export function requestUrlOf({ settings = {} }: Theirs): string | undefined {
  return settings.socket_mode_enabled === true ? undefined : settings.event_subscriptions?.request_url;
}

function union(ours: readonly string[], theirs: readonly string[] = []): string[] {
  return [...new Set([...ours, ...theirs])];
}
