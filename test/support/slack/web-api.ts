import { randomUUID } from 'node:crypto';
import { assistantSide } from './assistant-side.ts';
import type { Manifest } from './manifest.ts';
import { manifestSide } from './manifest-side.ts';
import { Refusal } from './refusal.ts';
import { validateSlackMessage, validateSlackView } from './validate.ts';
import { workObjectProblem } from './work-objects.ts';
import type { SlackMessageSeen, SlackWorld } from './world.ts';

export type Arguments = Record<string, unknown>;
type Answer = Record<string, unknown>;

function isRich(blocks: unknown): boolean {
  return Array.isArray(blocks) && blocks.some((block: { type: string }) => block.type === 'rich_text');
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Slack's Web API, as far as it is used: each method refuses what Slack refuses. */
export function webApi(
  world: SlackWorld,
  { entityTypes, scopes }: Manifest,
): Record<string, (args: Arguments) => Answer> {
  /** https://docs.slack.dev/messaging/message-metadata: a type and an object, both required. */
  function metadata(args: Arguments): SlackMessageSeen['metadata'] {
    const given = args['metadata'] as SlackMessageSeen['metadata'];
    if (given === undefined) return undefined;
    if (typeof given.event_type !== 'string' || typeof given.event_payload !== 'object')
      throw new Refusal('invalid_metadata_format');
    return given;
  }

  function place(args: Arguments): { channel: string; thread: string | undefined } {
    const channel = String(args['channel']);
    // https://docs.slack.dev/reference/methods/chat.postMessage#errors
    const hidden = world.privates.has(channel) && !world.members.has(channel);
    if (!world.channels.has(channel) || hidden) throw new Refusal('channel_not_found');
    if (world.readOnly.has(channel)) throw new Refusal('restricted_action_read_only_channel');
    if (world.archived.has(channel)) throw new Refusal('is_archived');
    return { channel, thread: typeof args['thread_ts'] === 'string' ? args['thread_ts'] : undefined };
  }

  /**
   * “not_in_channel: Cannot post user messages to a channel they are not in” (chat.postEphemeral), and the same of files:
   * `chat:write.public` is for chat.postMessage alone.
   */
  function member(channel: string): void {
    if (!world.members.has(channel)) throw new Refusal('not_in_channel');
  }

  function content(args: Arguments): { text: string; blocks: unknown } {
    const problems = validateSlackMessage(args, world.unknownBlocks);
    if (problems.length > 0) throw new Refusal(problems[0]?.split(':')[0] ?? 'invalid_blocks', problems);
    return { text: String(args['text']), blocks: args['blocks'] };
  }

  return {
    ...assistantSide(world),
    ...manifestSide(world),
    'auth.test': () => ({ user_id: 'UBOT', bot_id: 'BBOT', team_id: world.team }),
    'apps.connections.open': () => ({ url: world.openSocket() }),
    'chat.postMessage'(args) {
      const where = place(args);
      const said = { ...content(args), metadata: metadata(args) };
      const id = typeof args['client_msg_id'] === 'string' ? args['client_msg_id'] : undefined;
      if (id !== undefined && !uuid.test(id)) throw new Refusal('invalid_arguments');
      // “duplicate_message_not_found: No duplicate message exists associated with client_msg_id”, one that was deleted since.
      const earlier = world.ignoresClientIds || id === undefined ? undefined : world.clientIds.get(id);
      if (earlier !== undefined) {
        const message = world.messages.find(({ ts }) => ts === earlier);
        if (!message) throw new Refusal('duplicate_message_not_found');
        return { ts: message.ts, channel: where.channel, message };
      }
      const message = { ...where, ...said, ts: world.nextTimestamp(), edits: [] };
      world.messages.push(message);
      if (id !== undefined) world.clientIds.set(id, message.ts);
      return { ts: message.ts, channel: where.channel, message };
    },
    'chat.update'(args) {
      const { channel } = place(args);
      const found = world.messages.find((one) => one.ts === args['ts'] && one.channel === channel);
      if (!found) throw new Refusal('message_not_found');
      // https://docs.slack.dev/reference/methods/chat.update#errors
      if (world.editWindowClosed) throw new Refusal('edit_window_closed');
      const unchangeable = world.unchangeable.get(found.ts);
      if (unchangeable !== undefined) throw new Refusal(unchangeable);
      const said = content(args);
      // “Rich-text blocks cannot be replaced with non-rich-text blocks.”
      if (isRich(found.blocks) && !isRich(said.blocks)) throw new Refusal('block_mismatch');
      found.edits.push(said);
      // “If you don't include this field, the message's previous metadata will be retained.”
      Object.assign(found, said, args['metadata'] === undefined ? {} : { metadata: metadata(args) });
      return { ts: found.ts, channel };
    },
    'chat.postEphemeral'(args) {
      const where = place(args);
      member(where.channel);
      world.whispers.push({ ...where, ...content(args), user: String(args['user']) });
      // Its timestamp is of no use: chat.update does not find it.
      return { message_ts: world.nextTimestamp() };
    },
    // https://docs.slack.dev/reference/methods/chat.getPermalink: of a message in a thread it names the thread too.
    'chat.getPermalink'(args) {
      const { channel } = place(args);
      const found = world.messages.find((one) => one.ts === args['message_ts'] && one.channel === channel);
      if (!found) throw new Refusal('message_not_found');
      const { thread } = found;
      const address = `https://acme.slack.com/archives/${channel}/p${found.ts.replace('.', '')}`;
      return { channel, permalink: thread === undefined ? address : `${address}?thread_ts=${thread}&cid=${channel}` };
    },
    'chat.unfurl'(args) {
      const unfurls = args['unfurls'] as Record<string, { blocks: unknown }>;
      for (const { blocks } of Object.values(unfurls)) {
        const problems = validateSlackMessage({ text: 'unfurl', blocks });
        if (problems.length > 0) throw new Refusal('cannot_unfurl_url', problems);
      }
      const named = typeof args['unfurl_id'] === 'string' && typeof args['source'] === 'string';
      if (!named && (typeof args['channel'] !== 'string' || typeof args['ts'] !== 'string'))
        throw new Refusal('missing_channel');
      const { metadata: objects } = args as { metadata?: { entities?: { app_unfurl_url?: string }[] } };
      if (objects !== undefined) {
        const problem = world.refusesWorkObjects ?? workObjectProblem(objects, entityTypes);
        if (problem !== undefined) throw new Refusal(problem);
        // “app_unfurl_url: URL posted by the user in a conversation”
        const foreign = objects.entities?.some(({ app_unfurl_url: url = '' }) => !Object.hasOwn(unfurls, url));
        if (foreign) throw new Refusal('invalid_metadata');
      }
      world.unfurls.push(args);
      return {};
    },
    // https://docs.slack.dev/reference/methods/entity.presentDetails#errors
    'entity.presentDetails'(args) {
      const asked = world.useTrigger(String(args['trigger_id']));
      const { error, metadata: object } = args as { error?: { status?: string }; metadata?: { external_ref: object } };
      if (object === undefined && error?.status === undefined) throw new Refusal('invalid_metadata');
      if (object !== undefined) {
        const problem = workObjectProblem({ entities: [object] }, entityTypes);
        if (problem !== undefined) throw new Refusal(problem);
        if (asked !== undefined && JSON.stringify(object.external_ref) !== asked)
          throw new Refusal('entity_metadata_does_not_match_trigger');
      }
      world.details.push(args);
      return {};
    },
    'views.open'(args) {
      world.useTrigger(String(args['trigger_id']));
      world.modals.push(view(args['view'], 'modal'));
      return { view: { id: `V${world.modals.length}` } };
    },
    'views.publish'(args) {
      world.homes.set(String(args['user_id']), view(args['view'], 'home'));
      return {};
    },
    'users.info'(args) {
      const name = world.people.get(String(args['user']));
      if (name === undefined) throw new Refusal('user_not_found');
      const tz = world.zones.get(String(args['user']));
      return { user: { id: args['user'], name, real_name: name, profile: { display_name: name }, ...(tz && { tz }) } };
    },
    // https://docs.slack.dev/reference/methods/users.lookupByEmail#errors
    'users.lookupByEmail'(args) {
      const found = world.emails.get(String(args['email']));
      if (found === undefined) throw new Refusal('users_not_found');
      return { user: { id: found, name: world.people.get(found), deleted: false } };
    },
    // “Fetches a conversation's history of messages and events”: newest first, without replies in threads.
    'conversations.history'(args) {
      readable(args);
      const here = world.messages.filter((one) => one.channel === args['channel'] && one.thread === undefined);
      return {
        messages: here
          .toReversed()
          .slice(0, Number(args['limit'] ?? 100))
          .map((one) => told(one, args)),
      };
    },
    // “Retrieve a thread of messages posted to a conversation”: oldest first.
    'conversations.replies'(args) {
      readable(args);
      const here = world.messages.filter((one) => one.channel === args['channel'] && one.thread === args['ts']);
      return { messages: here.slice(0, Number(args['limit'] ?? 1_000)).map((one) => told(one, args)) };
    },
    // https://docs.slack.dev/reference/methods/conversations.info, and the meaning of its fields under “Conversation object”
    'conversations.info'(args) {
      const id = String(args['channel']);
      const hidden = world.privates.has(id) && !world.members.has(id);
      if (!world.channels.has(id) || hidden) throw new Refusal('channel_not_found');
      const is = {
        is_archived: world.archived.has(id),
        is_member: world.members.has(id),
        is_private: world.privates.has(id),
        is_im: id.startsWith('D'),
        is_read_only: world.readOnly.has(id),
      };
      return { channel: { id, name: 'deployments', ...is } };
    },
    'conversations.open'(args) {
      const id = `D${String(args['users']).slice(1)}`;
      world.channels.add(id);
      world.members.add(id);
      return { channel: { id } };
    },
    'files.getUploadURLExternal'(args) {
      const id = `F${randomUUID().slice(0, 8).toUpperCase()}`;
      world.files.set(id, {
        filename: String(args['filename']),
        length: Number(args['length']),
        content: undefined,
        channel: undefined,
      });
      return { upload_url: `${world.url}/upload/${id}`, file_id: id };
    },
    'files.completeUploadExternal'(args) {
      const files = args['files'] as { id: string; title?: string }[];
      for (const { id } of files) {
        const file = world.files.get(id);
        if (file?.content?.length !== file?.length || !file) throw new Refusal('file_not_found');
        const { channel } = place({ channel: args['channel_id'] });
        member(channel);
        file.channel = channel;
      }
      return { files };
    },
  };

  /** https://docs.slack.dev/reference/methods/conversations.history: a scope for each kind of conversation. */
  function readable(args: Arguments): void {
    const channel = String(args['channel']);
    const kind = channel.startsWith('D') ? 'im' : world.privates.has(channel) ? 'groups' : 'channels';
    if (!scopes.has(`${kind}:history`)) throw new Refusal('missing_scope');
    if (!world.members.has(channel)) throw new Refusal('not_in_channel');
  }

  function told({ metadata: hidden, ...message }: SlackMessageSeen, args: Arguments): Answer {
    return String(args['include_all_metadata']) === 'true' ? { ...message, metadata: hidden } : message;
  }

  function view(value: unknown, type: 'modal' | 'home'): Record<string, unknown> {
    const shown = value as Record<string, unknown>;
    const problems = validateSlackView(shown);
    if (shown['type'] !== type) problems.push('invalid_arguments');
    if (problems.length > 0) throw new Refusal('invalid_arguments', problems);
    return shown;
  }
}
