import { expect } from '@jest/globals';
import { type CommandResponse, showResponse } from './hooks.ts';
import { createPost } from './posting.ts';
import { makeTrigger } from './triggers.ts';
import { type Channel, directChannel, type Ephemeral, type MattermostWorld, newId, type Post } from './world.ts';

type Attachments = NonNullable<Post['props']['attachments']>;

/** What a person does: writes, types slash commands, presses buttons, fills in dialogs. @param url Where the bot listens. */
export function createPeople(world: MattermostWorld, url: string, posted: (post: Post) => void) {
  async function send(body: string | object, headers: Record<string, string> = {}): Promise<Response> {
    const isForm = typeof body === 'string';
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
    return fetch(url, {
      method: 'POST',
      headers: { 'content-type': type, accept: 'application/json', ...headers },
      body: isForm ? body : JSON.stringify(body),
    });
  }

  function formOf(
    account: string,
    text: string,
    { channel = world.deploys, root = '', token = world.commandToken } = {},
  ) {
    const hook = newId();
    world.hooks.set(hook, { account, channel: channel.id, root, uses: 0, madeAt: world.ahead });
    const named = [...text.matchAll(/~([a-z0-9-]+)/g)].map(([, name = '']) => name);
    const known = named.flatMap((name) => [...world.channels.values()].filter((one) => one.name === name));
    const form = new URLSearchParams({
      token,
      team_id: world.team,
      team_domain: 'team',
      channel_id: channel.id,
      channel_name: channel.name,
      user_id: account,
      user_name: world.users.get(account)?.username ?? '',
      command: '/ship',
      text,
      trigger_id: makeTrigger(world, account),
      root_id: root,
      response_url: `http://site.example/hooks/commands/${hook}`,
    });
    for (const { id, name } of known) {
      form.append('channel_mentions', name);
      form.append('channel_mentions_ids', id);
    }
    return form;
  }

  return {
    send,
    /** Types `/ship …`. The server takes nothing but 200 for an answer. @returns the status. */
    async slash(
      account: string,
      text: string,
      where: { channel?: Channel; root?: string; token?: string } = {},
    ): Promise<number> {
      const { channel = world.deploys, root = '' } = where;
      const response = await send(formOf(account, text, where).toString());
      const answer = (await response.json()) as CommandResponse;
      if (response.status === 200) {
        const post = showResponse(world, { account, channel: channel.id, root }, answer);
        if (post) posted(post);
      }
      return response.status;
    },
    /** Writes in a channel. */
    say(
      account: string,
      message: string,
      { channel = world.deploys, root = '' }: { channel?: Channel; root?: string } = {},
    ): Post {
      const post = createPost(world, account, { channel_id: channel.id, root_id: root, message });
      posted(post);
      return post;
    },
    /** Writes to the bot alone. */
    direct(account: string, message: string): Post {
      return this.say(account, message, { channel: directChannel(world, account, world.bot.id) });
    },
    /** Presses a button, or chooses of a menu. @returns what the person alone is shown, or the status of a refusal. */
    async press(
      account: string,
      { attachments, channel, id }: { id: string; channel: string; attachments: Attachments },
      name: string,
      option?: string,
    ): Promise<string | number> {
      const action = attachments.flatMap(({ actions = [] }) => actions).find((one) => one.name === name);
      if (!action) throw new Error(`there is no button ${name}`);
      const { context } = action.integration;
      const response = await send({
        user_id: account,
        user_name: world.users.get(account)?.username,
        channel_id: channel,
        channel_name: world.channels.get(channel)?.name,
        team_id: world.team,
        post_id: id,
        trigger_id: makeTrigger(world, account),
        type: action.type,
        data_source: '',
        context: option === undefined ? context : { ...context, selected_option: option },
      });
      if (response.status !== 200) return response.status;
      return ((await response.json()) as { ephemeral_text?: string }).ephemeral_text ?? '';
    },
    /** Sends the dialog that opened last. @returns what is shown in it; nothing when it closes. */
    async submit(
      account: string,
      submission: Record<string, unknown>,
    ): Promise<{ error?: string; errors?: Record<string, string> }> {
      const { dialog } = lastDialog(world);
      for (const { max_length: max = 3_000, name, optional } of dialog.elements) {
        const value = submission[name];
        // The client sends nothing that is incomplete or too long.
        expect([name, optional || Boolean(value), typeof value === 'string' ? value.length <= max : true]).toEqual([
          name,
          true,
          true,
        ]);
      }
      const { callback_id, state } = dialog;
      const response = await send({
        type: 'dialog_submission',
        callback_id,
        state,
        user_id: account,
        channel_id: world.deploys.id,
        team_id: world.team,
        submission,
        cancelled: false,
      });
      expect(response.status).toBe(200);
      return (await response.json()) as { error?: string; errors?: Record<string, string> };
    },
  };
}

export function lastDialog(world: MattermostWorld) {
  const last = world.dialogs.at(-1);
  if (!last) throw new Error('no dialog is open');
  return last;
}

/** What is read of a post or of what one person is shown. */
export function textOf(shown: { message: string; attachments: Attachments }): string {
  const parts = shown.attachments.flatMap(({ fields = [], footer = '', text = '', title = '' }) => [
    title,
    text,
    ...fields.map((field) => `${field.title}: ${field.value}`),
    footer,
  ]);
  return [shown.message, ...parts].filter(Boolean).join('\n');
}

/** A post as people see and press it. */
export function shownOf({ channel_id: channel, id, message, props }: Post): Omit<Ephemeral, 'account'> {
  return { id, channel, message, attachments: props.attachments ?? [] };
}
