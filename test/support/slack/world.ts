import { randomUUID } from 'node:crypto';
import { Refusal } from './refusal.ts';

export interface SlackMessageSeen {
  channel: string;
  thread: string | undefined;
  ts: string;
  text: string;
  blocks: unknown;
  edits: { text: string; blocks: unknown }[];
  metadata?: { event_type: string; event_payload: object } | undefined;
}

export interface WhisperSeen {
  channel: string;
  thread: string | undefined;
  /** Undefined when it came by response_url. */
  user: string | undefined;
  text: string;
  blocks: unknown;
}

export interface FileSeen {
  filename: string;
  length: number;
  content: Buffer | undefined;
  /** Where it was shared. */
  channel: string | undefined;
}

/** How often a method may be called within a minute before it answers 429. */
export interface Limit {
  perMinute: number;
  /** Seconds. */
  retryAfter: number;
}

/** “Tier 2: 20+ per minute, tier 3: 50+, tier 4: 100+.” https://docs.slack.dev/apis/web-api/rate-limits */
const tier2: Limit = { perMinute: 20, retryAfter: 1 };
const tier3: Limit = { perMinute: 50, retryAfter: 1 };
const tier4: Limit = { perMinute: 100, retryAfter: 1 };

/** Each method's tier, as its page says; `auth.test` may be called hundreds of times a minute. */
const limits: Record<string, Limit> = {
  'apps.connections.open': tier2,
  'apps.manifest.create': tier2,
  'apps.manifest.export': tier2,
  'apps.manifest.update': tier2,
  'apps.manifest.validate': tier2,
  // “Special rate limits apply.”
  'assistant.threads.setStatus': tier4,
  'tooling.tokens.rotate': tier4,
  'assistant.threads.setSuggestedPrompts': tier4,
  'assistant.threads.setTitle': tier4,
  // “Generally, … no more than one message per second per channel.”
  'chat.postMessage': { perMinute: 60, retryAfter: 1 },
  // “This method allows hundreds of requests per minute.”
  'chat.getPermalink': { perMinute: 200, retryAfter: 1 },
  'chat.postEphemeral': tier4,
  'chat.update': tier3,
  'chat.unfurl': tier3,
  'entity.presentDetails': tier3,
  'conversations.history': tier3,
  'conversations.info': tier3,
  'conversations.open': tier3,
  'conversations.replies': tier3,
  'files.getUploadURLExternal': tier4,
  'files.completeUploadExternal': tier4,
  'users.info': tier4,
  'users.lookupByEmail': tier3,
  'views.open': tier4,
  'views.publish': tier4,
};
/** “Your app must use it within three seconds.” https://docs.slack.dev/interactivity/handling-user-interaction */
const triggerMs = 3_000;
/** “Up to 5 times within 30 minutes.” The same page. */
const responseUrlUses = 5;
const responseUrlMs = 30 * 60_000;

/** What there is in a workspace of Slack and what happened to it. */
export function createSlackWorld() {
  const triggers = new Map<string, { until: number; entity: string | undefined }>();
  const responseUrls = new Map<string, { channel: string; uses: number; until: number }>();
  const calls = new Map<string, number[]>();
  let timestamps = 0;
  return {
    url: '',
    team: 'T1',
    /** The organisation of Enterprise Grid that the workspace is in. */
    enterprise: undefined as string | undefined,
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    people: new Map([
      ['U1', 'ada'],
      ['U2', 'bob'],
    ]),
    /** The time zones in their profiles. */
    zones: new Map<string, string>(),
    /** Accounts by their address. */
    emails: new Map<string, string>(),
    channels: new Set(['C1', 'C2', 'D1', 'D2']),
    /** A conversation of two people, in which the app may answer by response_url alone. */
    foreignDirect: 'D77',
    archived: new Set<string>(),
    /** Channels that Shipmate sees only as a member. */
    privates: new Set<string>(),
    /** Channels in which only some people may post. */
    readOnly: new Set<string>(),
    /** Channels that Shipmate is in; its direct messages are among them. */
    members: new Set(['C1', 'C2', 'D1', 'D2']),
    /** Timestamps of messages by the `client_msg_id` that they were posted with. */
    clientIds: new Map<string, string>(),
    /** Whether posts are made whatever their `client_msg_id`, of which only errors are documented. */
    ignoresClientIds: false,
    /** Posts that are still carried out and then answered 504. */
    lostNext: 0,
    /** Messages that Slack lets nobody edit, by their timestamps, with its reason. */
    unchangeable: new Map<string, 'cant_update_message' | 'is_inactive' | 'block_mismatch'>(),
    /** Types of blocks that the workspace does not have yet. */
    unknownBlocks: new Set<string>(),
    /** Whether the workspace lets no message be edited any more. */
    editWindowClosed: false,
    messages: [] as SlackMessageSeen[],
    whispers: [] as WhisperSeen[],
    modals: [] as Record<string, unknown>[],
    homes: new Map<string, Record<string, unknown>>(),
    unfurls: [] as Record<string, unknown>[],
    /** What the panes of work objects were filled with. */
    details: [] as Record<string, unknown>[],
    /** What opens the manifest API: the token lives for twelve hours, and the other is exchanged once. */
    configuration: { token: 'xoxe.xoxp-1', refresh: 'xoxe-1' },
    /** Manifests of apps by their ids. */
    apps: new Map<string, unknown>(),
    /** How people write to the app: above its direct messages, or in threads of apps that were made earlier. */
    view: 'agent' as 'agent' | 'assistant',
    prompts: [] as { channel: string; thread: string | undefined; title: unknown; prompts: unknown }[],
    /** Of threads. */
    titles: new Map<string, string>(),
    /** With how many messages there were when each was said. */
    statuses: [] as { thread: string; status: string; posts: number }[],
    /** Why work objects are refused, where they are. */
    refusesWorkObjects: undefined as string | undefined,
    files: new Map<string, FileSeen>(),
    /** What was refused and why: whatever Slack would have refused. */
    refused: [] as string[],
    /** Every call that was answered with 429. */
    limited: [] as string[],
    limits: { ...limits } as Record<string, Limit>,
    /** Answers 503 to everything. */
    away: false,
    /** Whether Socket Mode is turned off for the app. */
    linkDisabled: false,
    calls,
    /** The platform's clock, milliseconds: only tests move it, so that nothing expires on a busy machine. */
    clockMs: 0,
    /** How often each method was called, also while Slack is away. */
    asked: new Map<string, number>(),
    openSocket: (): string => '',
    nextTimestamp: () => `1700000000.${String((timestamps += 100)).padStart(6, '0')}`,
    /** @param entity The reference of the work object that was opened. */
    makeTrigger(ms = triggerMs, entity?: object): string {
      const id = randomUUID();
      triggers.set(id, { until: this.clockMs + ms, entity: entity && JSON.stringify(entity) });
      return id;
    },
    /** @returns the reference of its work object. @throws {Refusal} when it has expired or was used. */
    useTrigger(id: string): string | undefined {
      const trigger = triggers.get(id);
      triggers.delete(id);
      if (trigger === undefined) throw new Refusal('invalid_trigger_id');
      if (this.clockMs >= trigger.until) throw new Refusal('expired_trigger_id');
      return trigger.entity;
    },
    makeResponseUrl(channel: string, uses = 0): string {
      const id = randomUUID();
      responseUrls.set(id, { channel, uses, until: this.clockMs + responseUrlMs });
      return `${this.url}/respond/${id}`;
    },
    /** Where a response_url leads. @throws {Refusal} the sixth time, and after half an hour. */
    useResponseUrl(id: string): string {
      const target = responseUrls.get(id);
      if (!target || this.clockMs >= target.until) throw new Refusal('expired_url');
      target.uses += 1;
      if (target.uses > responseUrlUses) throw new Refusal('used_url');
      return target.channel;
    },
    /** Seconds to wait, when the method was called too often. */
    overLimit(method: string, channel: string): number | undefined {
      const limit = this.limits[method];
      if (!limit) return undefined;
      // Posts are counted for the channel, anything else for the workspace.
      const key = method === 'chat.postMessage' ? `${method} ${channel}` : method;
      const recent = (calls.get(key) ?? []).filter((at) => at > performance.now() - 60_000);
      if (recent.length >= limit.perMinute) {
        this.limited.push(key);
        return limit.retryAfter;
      }
      calls.set(key, [...recent, performance.now()]);
      return undefined;
    },
  };
}

export type SlackWorld = ReturnType<typeof createSlackWorld>;
