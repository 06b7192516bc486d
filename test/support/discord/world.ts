import { generateKeyPairSync } from 'node:crypto';
import { createGuild } from './guild.ts';
import type { ModalPart } from './validate.ts';
import type { Component } from './validate-components.ts';
import type { CommandDefinition } from './validate-commands.ts';

export interface DiscordMessage {
  content?: string;
  message_reference?: { message_id: string; fail_if_not_exists: boolean };
  allowed_mentions?: { parse: string[]; users?: string[] };
  embeds?: {
    title?: string;
    description?: string;
    url?: string;
    image?: { url: string };
    fields?: { name: string; value: string }[];
  }[];
  components?: Component[];
  flags?: number;
  attachments?: { id: number; filename: string }[];
}

/** An interaction as the platform remembers it: when it was made, and what it was answered with. */
export interface Remembered {
  token: string;
  madeAt: number;
  answered: boolean;
  ephemeral: boolean;
  /** `loading` shows until the deferred answer comes; `gone` when it was deleted before. */
  deferred: 'no' | 'loading' | 'gone';
  /** The original answer; undefined while it is deferred, and once it was deleted. */
  original: DiscordMessage | undefined;
  followUps: { message: DiscordMessage; ephemeral: boolean }[];
  modal: { custom_id: string; title: string; components: ModalPart[] } | undefined;
  choices: string[] | undefined;
  files: string[];
}

/** Everything that the platform knows and was told. */
export function createWorld() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    token: 'discord-bot-token',
    applicationId: '100000000000000001',
    privateKey,
    verifyKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('hex'),
    guild: createGuild(),
    commands: [] as CommandDefinition[],
    /** How many commands were created on this day. */
    created: 0,
    /** How often the commands were replaced. */
    registrations: 0,
    /** By channel and message id, with every state it was in. */
    messages: new Map<string, DiscordMessage[]>(),
    interactions: new Map<string, Remembered>(),
    /** Whether it knows Components V2; an older API does not. */
    knowsComponents: true,
    /** Whether it knows uploads in modals. */
    knowsUploads: true,
    /** What people have uploaded, by the path of its URL; a string leads elsewhere. */
    uploads: new Map<string, Buffer | string>(),
    /** A text for which components are refused although their kinds are known. */
    refuseText: undefined as string | undefined,
    /** What was refused, and why. */
    refused: [] as string[],
    /** Of each route and channel: so many requests within so many milliseconds. */
    bucket: { limit: 50, perMs: 1_000 },
    buckets: new Map<string, { left: number; until: number }>(),
    /** Between heartbeats, milliseconds, of connections that begin now; and whether they are acknowledged. */
    heartbeatMs: 45_000,
    acknowledges: true,
    /** How many requests were answered 429. */
    limited: 0,
    /** Requests to `limitRoute` that are still answered 429. */
    limitNext: 0,
    limitRoute: /./,
    /** Posts that are still carried out and then answered 502. */
    lostNext: 0,
    /** Ids of messages by the nonce that they were posted with. */
    nonces: new Map<string, string>(),
    /** By channel, what messages there are refused with. */
    refusing: new Map<string, { status: number; code: number; why: string }>(),
    /** People by whom direct messages are refused. */
    closed: new Set<string>(),
    /** Answers 503 to everything. */
    down: false,
    /** The platform's clock, milliseconds: only tests move it, so that nothing expires on a busy machine. */
    ahead: 0,
    requests: [] as string[],
  };
}
export type DiscordWorld = ReturnType<typeof createWorld>;

export function now({ ahead }: DiscordWorld): number {
  return ahead;
}
