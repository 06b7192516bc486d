import { randomUUID } from 'node:crypto';
import { until } from '../until.ts';
import { guildId, permissionsOf } from './guild.ts';
import { wordsOf } from './shown.ts';
import { componentsV2 } from './validate.ts';
import { type DiscordWorld, now, type Remembered } from './world.ts';

let lastId = 500_000_000_000_000_000n;

type Value = string | number | boolean;

/** Where an interaction comes from; the first channel of the server unless something else is named. */
export interface Where {
  /** A channel or a thread of the server. */
  channel?: string;
  /**
   * `dm`: the person's conversation with the bot. `private`: one of several people, in which only a person's own
   * installation of the app works. `elsewhere`: a server with a person's own installation, which the bot is not in.
   */
  context?: 'guild' | 'dm' | 'private' | 'elsewhere';
}

/** What a person does, as interactions: slash commands, typing, presses and modals. */
export function createPeople(
  world: DiscordWorld,
  send: (interaction: object) => void,
  { channel: inChannel = '300000000000000001', context = 'guild' }: Where = {},
) {
  const inGuild = context === 'guild' || context === 'elsewhere';

  function interact(account: string, type: number, data: object, more: object = {}): Remembered {
    const id = String((lastId += 1n));
    const token = `token-${randomUUID()}`;
    const remembered: Remembered = {
      token,
      madeAt: now(world),
      answered: false,
      ephemeral: false,
      deferred: 'no',
      original: undefined,
      followUps: [],
      modal: undefined,
      choices: undefined,
      files: [],
    };
    world.interactions.set(id, remembered);
    const about = {
      entitlements: [],
      // “Mapping of installation contexts that the interaction was authorized for”: 0 the server, 1 the person.
      authorizing_integration_owners:
        context === 'guild' ? { 0: guildId } : context === 'dm' ? { 0: '0' } : { 1: account },
      // “Bitwise set of permissions the app has in the source location of the interaction.”
      app_permissions: String(context === 'guild' ? permissionsOf(world.guild, inChannel) : 0n),
      locale: 'en-GB',
      context: { guild: 0, elsewhere: 0, dm: 1, private: 2 }[context],
      attachment_size_limit: 10_485_760,
    };
    const user = { id: account, username: `name-${account}`, global_name: null, discriminator: '0' };
    const kind = world.guild.channels.get(inChannel)?.type ?? (context === 'private' ? 3 : inGuild ? 0 : 1);
    const channel = { channel: { id: inChannel, type: kind }, channel_id: inChannel };
    const member = { user, nick: null, roles: [], permissions: '0', joined_at: '2026-01-01T00:00:00Z', flags: 0 };
    send({
      id,
      token,
      type,
      version: 1,
      application_id: world.applicationId,
      ...(inGuild ? { guild_id: context === 'guild' ? guildId : '200000000000000099', member } : { user }),
      ...about,
      ...channel,
      data,
      ...more,
    });
    return remembered;
  }

  function optionsOf(values: Record<string, Value>, focused?: string) {
    return Object.entries(values).map(([name, value]) => ({
      name,
      value,
      type: typeof value === 'boolean' ? 5 : typeof value === 'number' ? 4 : 3,
      ...(name === focused && { focused: true }),
    }));
  }

  function slashData(path: string, values: Record<string, Value>, focused?: string) {
    const [name = '', verb = ''] = path.split(' ');
    return { id: '1', type: 1, name, options: [{ type: 1, name: verb, options: optionsOf(values, focused) }] };
  }

  return {
    /** `path` is a command and its subcommand, e.g. `ship deploy`. */
    slash: (account: string, path: string, values: Record<string, Value> = {}) =>
      interact(account, 2, slashData(path, values)),
    async type(account: string, path: string, values: Record<string, Value>, focused: string): Promise<string[]> {
      const interaction = interact(account, 4, slashData(path, values, focused));
      return until('suggestions', () => interaction.choices);
    },
    press: (account: string, customId: string, label = '') =>
      interact(
        account,
        3,
        { custom_id: customId, component_type: 2 },
        {
          message: {
            id: '1',
            flags: componentsV2,
            components: [
              { type: 17, components: [{ type: 1, components: [{ type: 2, custom_id: customId, label }] }] },
            ],
          },
        },
      ),
    /** `menus` are the fields that one chooses in; an empty value is none. */
    submit: (
      account: string,
      customId: string,
      values: Record<string, string>,
      menus: ReadonlySet<string> = new Set(),
      uploads: Record<string, { filename: string; size: number; url: string }> = {},
    ) =>
      interact(account, 5, {
        custom_id: customId,
        components: [
          ...Object.entries(values).map(([name, value]) => ({
            type: 18,
            component: menus.has(name)
              ? { type: 3, custom_id: name, values: value === '' ? [] : [value] }
              : { type: 4, custom_id: name, value },
          })),
          ...Object.keys(uploads).map((name) => ({
            type: 18,
            component: { type: 19, custom_id: name, values: [`id-of-${name}`] },
          })),
        ],
        resolved: {
          attachments: Object.fromEntries(Object.entries(uploads).map(([name, file]) => [`id-of-${name}`, file])),
        },
      }),
  };
}

export interface Answered {
  text: string;
  ephemeral: boolean;
  files: string[];
}

/** The answer of an interaction once it is there: the original one, or the first one after it. */
export async function answerTo(interaction: Remembered): Promise<Answered> {
  return until('an answer', () => answered(interaction));
}

/** The answer if it is there. */
export function answered({ ephemeral, files, followUps, original }: Remembered): Answered | undefined {
  const [first] = followUps;
  if (first) return { text: JSON.stringify(first.message), ephemeral: first.ephemeral, files };
  // What only makes room for another answer is none.
  if (original && wordsOf(original) === '…') return undefined;
  return original && { text: JSON.stringify(original), ephemeral, files };
}
