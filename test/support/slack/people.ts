import { readManifest } from './manifest.ts';
import { scopeOfEvent } from './needed-scopes.ts';
import type { Acknowledged } from './socket-side.ts';
import { suggestions } from './limits.ts';
import type { SlackWorld } from './world.ts';

export interface Where {
  user?: string;
  channel?: string;
  /** Timestamp of the thread's first message. */
  thread?: string;
  /** The workspace of the person, where it is not the one that installed the app: a channel of Slack Connect. */
  team?: string;
}

interface ButtonSeen {
  type: string;
  action_id: string;
  value?: string;
  text: { text: string };
}

export interface WorkObjectSeen {
  url: string;
  app_unfurl_url: string;
  external_ref: { id: string; type?: string };
}

export interface PaneButton {
  text: string;
  action_id: string;
  value: string;
}

interface InputSeen {
  type: string;
  block_id: string;
  element: { type: string; action_id: string };
}

type Deliver = (type: string, payload: unknown) => Promise<Acknowledged>;

/** What people do in Slack, as Slack tells of it. */
export function slackPeople(world: SlackWorld, deliver: Deliver) {
  const manifest = readManifest();

  /** Slack tells of what the app subscribed to and may read. */
  function event(
    payload: { type: string } & Record<string, unknown>,
    team: string = world.team,
  ): Promise<Acknowledged> {
    const name = payload.type === 'message' ? `message.${String(payload['channel_type'])}` : payload.type;
    const scope = scopeOfEvent[name];
    // Apps of the older view subscribe to events of its threads.
    const subscribed =
      manifest.events.has(name) || (world.view === 'assistant' && name.startsWith('assistant_thread_'));
    if (!subscribed || (scope !== undefined && !manifest.scopes.has(scope))) {
      throw new Error(`the manifest does not ask for ${name}`);
    }
    return deliver('events_api', {
      type: 'event_callback',
      team_id: world.team,
      api_app_id: 'A1',
      event_id: `Ev${world.nextTimestamp()}`,
      // https://docs.slack.dev/apis/slack-connect: “is_ext_shared_channel”, and whose the event is.
      ...(team !== world.team && { is_ext_shared_channel: true, context_team_id: world.team }),
      ...(world.enterprise && { enterprise_id: world.enterprise, context_enterprise_id: world.enterprise }),
      authorizations: [
        {
          team_id: world.team,
          enterprise_id: world.enterprise ?? null,
          user_id: 'UBOT',
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      event: {
        event_ts: world.nextTimestamp(),
        ...payload,
        team,
        ...(team !== world.team && { user_team: team, source_team: team }),
      },
    });
  }

  const user = (id: string, team: string = world.team) => ({
    id,
    username: world.people.get(id),
    name: world.people.get(id),
    team_id: team,
  });

  /** Enterprise Grid: each payload names the organisation too. */
  const organisation = () => world.enterprise !== undefined && { enterprise: { id: world.enterprise, name: 'Acme' } };

  const shownModal = () => {
    const view = world.modals.at(-1);
    if (!view) throw new Error('no modal was opened');
    return view as typeof view & { blocks: InputSeen[] };
  };

  return {
    slash: (text: string, { user: id = 'U1', channel = 'C1' }: Where = {}, triggerMs?: number) =>
      deliver('slash_commands', {
        command: '/ship',
        text,
        user_id: id,
        user_name: world.people.get(id),
        team_id: world.team,
        ...(world.enterprise && { enterprise_id: world.enterprise, enterprise_name: 'Acme' }),
        is_enterprise_install: 'false',
        channel_id: channel,
        channel_name: 'deployments',
        trigger_id: world.makeTrigger(triggerMs),
        response_url: world.makeResponseUrl(channel),
        api_app_id: 'A1',
      }),
    async mention(text: string, { user: id = 'U1', channel = 'C1', team, thread }: Where = {}) {
      const ts = world.nextTimestamp();
      const inThread = thread === undefined ? {} : { thread_ts: thread };
      await event({ type: 'app_mention', user: id, channel, text: `<@UBOT> ${text}`, ts, ...inThread }, team);
      return ts;
    },
    direct: (text: string, { user: id = 'U1', thread }: Where = {}) =>
      event({
        type: 'message',
        channel_type: 'im',
        channel: `D${id.slice(1)}`,
        user: id,
        text,
        ts: world.nextTimestamp(),
        ...(thread !== undefined && { thread_ts: thread }),
      }),
    openHome: (id = 'U1') => event({ type: 'app_home_opened', tab: 'home', user: id, channel: `D${id.slice(1)}` }),
    /** Opens the direct messages with the app. */
    openMessages: (id = 'U1') =>
      event({ type: 'app_home_opened', tab: 'messages', user: id, channel: `D${id.slice(1)}` }),
    /** Looks at a channel with the app's messages beside it. */
    lookAt: (channel: string, { user: id = 'U1' }: Where = {}) =>
      event({
        type: 'app_context_changed',
        user: id,
        channel: `D${id.slice(1)}`,
        context: { entities: [{ type: 'slack#/types/channel_id', value: channel, team_id: world.team }] },
      }),
    /** In the older view: opens a thread with the app, or looks at another channel beside it. */
    assistant: (
      what: 'assistant_thread_started' | 'assistant_thread_context_changed',
      { user: id = 'U1', channel, thread = '1700000000.000009' }: Where = {},
    ) =>
      event({
        type: what,
        assistant_thread: {
          user_id: id,
          context: { ...(channel !== undefined && { channel_id: channel }), team_id: world.team, enterprise_id: null },
          channel_id: `D${id.slice(1)}`,
          thread_ts: thread,
        },
      }),
    share: (urls: string[], { user: id = 'U1', channel = 'C1' }: Where = {}, more: Record<string, unknown> = {}) =>
      event({
        type: 'link_shared',
        user: id,
        channel,
        message_ts: '1700000000.000001',
        links: urls.map((url) => ({ url, domain: new URL(url).hostname })),
        ...more,
      }),
    /** Opens the work object of a link that was unfurled. */
    openWorkObject(object: WorkObjectSeen, { user: id = 'U1', channel = 'C1' }: Where = {}) {
      const { app_unfurl_url: posted, external_ref: reference, url } = object;
      return event({
        type: 'entity_details_requested',
        user: id,
        channel,
        message_ts: '1700000000.000001',
        trigger_id: world.makeTrigger(undefined, reference),
        user_locale: 'en-US',
        link: { url: posted, domain: new URL(posted).hostname },
        entity_url: url,
        app_unfurl_url: posted,
        external_ref: reference,
      });
    },
    /** Presses a button in the pane of a work object. */
    pressInPane({ url, external_ref: reference }: WorkObjectSeen, button: PaneButton, { user: id = 'U1' }: Where = {}) {
      return deliver('interactive', {
        type: 'block_actions',
        team: { id: world.team, domain: 'acme' },
        ...organisation(),
        is_enterprise_install: false,
        user: user(id),
        api_app_id: 'A1',
        trigger_id: world.makeTrigger(),
        container: { type: 'entity_detail', entity_url: url, external_ref: reference, channel_id: 'C1' },
        actions: [{ ...button, type: 'button', block_id: 'b', action_ts: '1' }],
      });
    },
    /** Presses the button with this label under a message; without a channel, in the Home tab. */
    press(blocks: unknown, label: string, { user: id = 'U1', channel, team = world.team, thread }: Where = {}) {
      const button = buttonsOf(blocks).find(({ text }) => text.text === label);
      if (!button) throw new Error(`there is no button ${label} in ${JSON.stringify(blocks)}`);
      const inChannel = channel !== undefined && {
        channel: { id: channel, name: 'deployments' },
        response_url: world.makeResponseUrl(channel),
        message: { ts: '1', ...(thread !== undefined && { thread_ts: thread }) },
      };
      return deliver('interactive', {
        type: 'block_actions',
        // Of the person who presses, whichever workspace they are of.
        team: { id: team, domain: 'acme' },
        ...organisation(),
        is_enterprise_install: false,
        user: user(id, team),
        api_app_id: 'A1',
        trigger_id: world.makeTrigger(),
        container: { type: channel === undefined ? 'view' : 'message' },
        actions: [{ ...button, block_id: 'b', action_ts: '1' }],
        ...inChannel,
      });
    },
    /** Types into a picker of the modal that was opened last; resolves to what Slack shows to choose from. */
    async type(field: string, value: string, { user: id = 'U1' }: Where = {}) {
      const view = shownModal();
      const { element } = view.blocks.find(({ block_id: block }) => block === field) ?? {};
      if (element?.type !== 'external_select') throw new Error(`${field} is no picker`);
      const { payload } = await deliver('interactive', {
        type: 'block_suggestion',
        action_id: element.action_id,
        block_id: field,
        value,
        team: { id: world.team, domain: 'acme' },
        ...organisation(),
        user: user(id),
        api_app_id: 'A1',
        container: { type: 'view', view_id: 'V1' },
        view: { ...view, id: 'V1', state: { values: {} } },
      });
      return suggestions.parse(payload).options.map(({ text, value: chosen }) => ({ text: text.text, value: chosen }));
    },
    /** Fills in the modal that was opened last. */
    submit(values: Record<string, string>, { user: id = 'U1' }: Where = {}) {
      const view = shownModal();
      const inputs = view.blocks.filter(({ type }) => type === 'input');
      const state = inputs.map(({ block_id: name, element }) => {
        const value = values[name] ?? null;
        const picks = element.type === 'static_select' || element.type === 'external_select';
        const chosen = picks && value !== null ? { selected_option: { value } } : { value };
        return [name, { value: { type: element.type, ...chosen } }];
      });
      return deliver('interactive', {
        type: 'view_submission',
        team: { id: world.team, domain: 'acme' },
        user: user(id),
        api_app_id: 'A1',
        trigger_id: world.makeTrigger(),
        view: { ...view, id: 'V1', state: { values: Object.fromEntries(state) } },
        response_urls: [],
      });
    },
  };
}

export function buttonsOf(blocks: unknown): ButtonSeen[] {
  const all = blocks as { type: string; elements?: ButtonSeen[] }[];
  return all.filter(({ type }) => type === 'actions').flatMap(({ elements = [] }) => elements);
}

/** All the words of blocks, as a person reads them. */
export function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).filter(Boolean).join('');
  if (typeof value !== 'object' || value === null) return '';
  const own = ['title', 'text', 'caption'].map((key) => (value as Record<string, unknown>)[key]);
  const inner = Object.entries(value).filter(([key]) =>
    ['text', 'elements', 'fields', 'blocks', 'label', 'hint', 'tasks', 'details', 'output', 'rows'].includes(key),
  );
  return (
    own.filter((text) => typeof text === 'string').join('') +
    inner.map(([, child]) => (typeof child === 'object' ? wordsOf(child) : '')).join('')
  );
}
