import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { keptAlive } from '../kept-alive.ts';
import { formRefusal, type FormRefusal, isV2 } from './check-message.ts';
import { bits, botId, permissionsOf, refusalIn } from './guild.ts';
import { commandProblems } from './validate-commands.ts';
import { modalProblems, type ModalPart } from './validate.ts';
import { type DiscordMessage, type DiscordWorld, now, type Remembered } from './world.ts';

/** Discord's: how long the first answer may take, and how long a token lives, milliseconds. */
const firstAnswerMs = 3_000;
const tokenMs = 15 * 60_000;

/** Bytes. @see https://docs.discord.com/developers/reference#uploading-files */
const mostFile = 10 * 1024 ** 2;

const mostCreated = 200;

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

type Json = Record<string, unknown>;

/** Discord's REST API, as far as Shipmate uses it; refuses what Discord would refuse. */
export function createRestServer(world: DiscordWorld, gatewayUrl: () => string): Server {
  return createServer(keptAlive, (request, response) => {
    void read(request).then(({ body, files, largest }) => {
      const path = decodeURIComponent(request.url ?? '').replace(/^\/api\/v10/, '');
      const upload = world.uploads.get(path.replace(/\?.*/, ''));
      if (upload !== undefined) return sendUpload(response, upload);
      world.requests.push(`${request.method} ${path}`);
      const asked = { path, body, files, largest, gatewayUrl };
      const bucket = takeFrom(world, `${request.method} ${path}`);
      const answer = bucket.refused ?? route(world, request, asked);
      const type = answer.body === undefined ? {} : { 'content-type': 'application/json' };
      response.writeHead(answer.status, { ...bucket.headers, ...type, ...answer.headers });
      response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
    });
  });
}

/** As Discord's CDN does; a string is where it leads. */
function sendUpload(response: ServerResponse, upload: Buffer | string): void {
  if (typeof upload === 'string') return void response.writeHead(302, { location: upload }).end();
  response.writeHead(200, { 'content-type': 'text/plain' }).end(upload);
}

/**
 * “Per-route rate limits exist for many individual endpoints”, counted for each channel, guild and webhook, and told in
 * headers. https://docs.discord.com/developers/topics/rate-limits
 */
function takeFrom(world: DiscordWorld, request: string): { headers: Record<string, string>; refused?: Answer } {
  const { bucket, buckets } = world;
  // Of a channel and its messages, of a webhook and its token: what follows is no part of the bucket.
  const name = request.replace(/(\/messages)\/.*/, '$1').replace(/^(\w+ \/interactions)\/.*/, '$1');
  const at = performance.now();
  const known = buckets.get(name);
  const current = known && known.until > at ? known : { left: bucket.limit, until: at + bucket.perMs };
  buckets.set(name, current);
  const after = (current.until - at) / 1_000;
  const over = current.left === 0;
  if (!over) current.left -= 1;
  const headers = {
    'x-ratelimit-bucket': Buffer.from(name).toString('hex').slice(0, 32),
    'x-ratelimit-limit': String(bucket.limit),
    'x-ratelimit-remaining': String(current.left),
    'x-ratelimit-reset': String(Date.now() / 1_000 + after),
    'x-ratelimit-reset-after': String(after),
  };
  if (!over) return { headers };
  world.limited += 1;
  const body = { message: 'You are being rate limited.', retry_after: after, global: false };
  const told = { 'retry-after': String(Math.ceil(after)), 'x-ratelimit-scope': 'user' };
  return { headers, refused: { status: 429, body, headers: told } };
}

interface Asked {
  path: string;
  body: Json;
  files: string[];
  /** Of the largest file, bytes. */
  largest: number;
  gatewayUrl: () => string;
}

function route(world: DiscordWorld, { headers, method = '' }: IncomingMessage, asked: Asked): Answer {
  const { path } = asked;
  if (asked.largest > mostFile) return refuse(world, 413, 'Request entity too large', 40_005);
  if (world.down) return { status: 503, body: { message: 'down' } };
  if (world.limitNext > 0 && world.limitRoute.test(`${method} ${path}`)) {
    world.limitNext -= 1;
    world.limited += 1;
    const limit = { message: 'You are being rate limited.', retry_after: 0.2, global: false };
    return { status: 429, body: limit, headers: { 'retry-after': '0.2' } };
  }
  const callback = /^\/interactions\/(\d+)\/([\w-]+)\/callback/.exec(path);
  if (callback) return answerInteraction(world, callback[1] ?? '', callback[2] ?? '', asked.body);
  const webhook = /^\/webhooks\/\d+\/([\w-]+)(\/messages\/@original)?/.exec(path);
  if (webhook) return viaToken(world, method, webhook[1] ?? '', webhook[2] !== undefined, asked);
  if (headers.authorization !== `Bot ${world.token}`) return refuse(world, 401, 'wrong token');
  return viaBot(world, method, asked);
}

function viaBot(world: DiscordWorld, method: string, { body, files, gatewayUrl, path }: Asked): Answer {
  if (path === '/gateway/bot') {
    const limit = { total: 1000, remaining: 999, reset_after: 1, max_concurrency: 1 };
    return { status: 200, body: { url: gatewayUrl(), shards: 1, session_start_limit: limit } };
  }
  if (path === '/applications/@me')
    return { status: 200, body: { id: world.applicationId, verify_key: world.verifyKey } };
  if (path === `/applications/${world.applicationId}/commands`) {
    if (method === 'GET') return { status: 200, body: world.commands };
    const wanted = body as unknown as DiscordWorld['commands'];
    const problems = commandProblems(wanted);
    if (problems.length > 0) return refuse(world, 400, problems.join('; '));
    const present = new Set(world.commands.map(({ name }) => name));
    const created = wanted.filter(({ name }) => !present.has(name)).length;
    // “There is a global rate limit of 200 application command creates per day, per guild.”
    if (world.created + created > mostCreated)
      return refuse(world, 400, `Max number of daily application command creates has been reached (200)`, 30_034);
    world.created += created;
    world.registrations += 1;
    world.commands = wanted.map((one, at) => ({ id: `${at}`, version: '1', dm_permission: true, ...one }));
    return { status: 200, body: world.commands };
  }
  const place = lookAt(world, path);
  if (place) return place;
  if (path === '/users/@me/channels') return openDirect(world, String(body['recipient_id']));
  const message = /^\/channels\/(\d+)\/messages(?:\/(\d+))?$/.exec(path);
  if (!message) return refuse(world, 404, path);
  const refusing = world.refusing.get(message[1] ?? '');
  if (refusing) return refuse(world, refusing.status, refusing.why, refusing.code);
  const { embeds = [], flags = 0 } = body as { embeds?: unknown[]; flags?: number };
  // No document says whether components need Embed Links too: here they do.
  const links = embeds.length > 0 || isV2({ flags });
  const kind = { edits: message[2] !== undefined, embeds: links, files: files.length > 0 };
  const denied = refusalIn(world.guild, message[1] ?? '', kind);
  if (denied) return refuse(world, denied.status, denied.why, denied.code);
  // Only answers to interactions are for one person.
  if ((flags & 64) !== 0) return refuse(world, 400, 'flags: EPHEMERAL', 50_035);
  const { nonce: given, enforce_nonce: once, ...shown } = body;
  const nonce = typeof given === 'string' ? given : '';
  const [, channel = '', known] = message;
  const states = world.messages.get(`${channel}/${known ?? ''}`);
  if (known !== undefined && !states) return refuse(world, 404, 'Unknown Message', 10_008);
  const before = states?.at(-1);
  const refused = formRefusal(world, shown as DiscordMessage, { files, before, edits: known !== undefined });
  if (refused) return refuseForm(world, refused);
  if (nonce.length > 25) return refuse(world, 400, 'nonce: 25 characters at most');
  const again = once === true ? world.nonces.get(nonce) : undefined;
  if (again !== undefined) {
    const now = world.messages.get(`${channel}/${again}`)?.at(-1);
    return { status: 200, body: { ...now, id: again, channel_id: channel } };
  }
  const missing = attachmentsOf(body as DiscordMessage).filter((name) => !files.includes(name));
  if (known === undefined && missing.length > 0) return refuse(world, 400, `no such attachment: ${missing.join()}`);
  const id = known ?? String(900_000_000_000_000_000n + BigInt(world.messages.size));
  world.messages.set(`${channel}/${id}`, [...(states ?? []), shown as DiscordMessage]);
  if (nonce !== '') world.nonces.set(nonce, id);
  if (known === undefined && world.lostNext > 0) {
    world.lostNext -= 1;
    return { status: 502, body: { message: 'bad gateway' } };
  }
  return { status: 200, body: { ...shown, id, channel_id: channel } };
}

/** Discord itself opens one with everybody; it is the message that people who take none refuse. */
function openDirect(world: DiscordWorld, account: string): Answer {
  if (world.closed.has(account)) return refuse(world, 403, 'Cannot send messages to this user', 50_007);
  const id = `9${account.slice(1)}`;
  world.guild.channels.set(id, { id, type: 1 });
  return { status: 200, body: { id, type: 1 } };
}

/** Channels, roles, and the bot's own membership; undefined for any other path. */
function lookAt(world: DiscordWorld, path: string): Answer | undefined {
  const { guild } = world;
  const [, kind, id = '', what, member] = path.split('/');
  if (kind === 'channels' && what === undefined) {
    const channel = guild.channels.get(id);
    if (!channel) return refuse(world, 404, 'Unknown Channel', 10_003);
    const hidden = channel.guild_id !== undefined && (permissionsOf(guild, id) & bits.viewChannel) === 0n;
    if (hidden) return refuse(world, 403, 'Missing Access', 50_001);
    return { status: 200, body: channel };
  }
  if (kind !== 'guilds' || id !== guild.id) return undefined;
  if (what === 'roles') return { status: 200, body: guild.roles };
  if (what === 'members' && member === botId) return { status: 200, body: { ...guild.member, user: { id: botId } } };
  return undefined;
}

/** Names of the files that a message shows as pictures. */
function attachmentsOf({ embeds = [] }: DiscordMessage): string[] {
  return embeds.flatMap(({ image }) => (image?.url.startsWith('attachment://') ? image.url.slice(13) : []));
}

function answerInteraction(world: DiscordWorld, id: string, token: string, { data = {}, type }: Json): Answer {
  const interaction = world.interactions.get(id);
  if (!interaction || interaction.token !== token) return refuse(world, 404, 'Unknown interaction');
  if (now(world) - interaction.madeAt > firstAnswerMs) return refuse(world, 404, 'Unknown interaction: too late');
  if (interaction.answered) return refuse(world, 400, 'Interaction has already been acknowledged');
  const given = data as Json & { flags?: number };
  const refused = type === 4 ? formRefusal(world, given as DiscordMessage, { files: [], edits: false }) : undefined;
  if (refused) return refuseForm(world, refused);
  const problems = problemsOf(world, type, given);
  if (problems.length > 0) return refuse(world, 400, problems.join('; '), 50_035);
  interaction.answered = true;
  interaction.ephemeral = isEphemeral(given);
  if (type === 5) interaction.deferred = 'loading';
  if (type === 4) interaction.original = given as DiscordMessage;
  if (type === 8) interaction.choices = (given['choices'] as { value: string }[]).map(({ value }) => value);
  if (type === 9) interaction.modal = given as unknown as Remembered['modal'];
  return { status: 204 };
}

function problemsOf(world: DiscordWorld, type: unknown, data: Json): string[] {
  // “the only valid message flag you may use is EPHEMERAL”: the flag of components comes with the answer itself.
  if (type === 5) return [undefined, 0, 64].includes(data['flags'] as number | undefined) ? [] : ['flags'];
  if (type === 8) {
    const choices = data['choices'] as { name: string; value: string }[];
    const long = choices.filter(({ name, value }) => name.length < 1 || name.length > 100 || value.length > 100);
    return [...(choices.length > 25 ? ['too many choices'] : []), ...long.map(({ name }) => `choice ${name}`)];
  }
  if (type === 9 && !world.knowsUploads && JSON.stringify(data).includes('"type":19')) return ['type 19'];
  if (type !== 9) return type === 4 ? [] : [`callback type ${String(type)}`];
  const title = String(data['title']);
  const id = String(data['custom_id']);
  return [
    ...modalProblems(data['components'] as ModalPart[]),
    ...(title.length < 1 || title.length > 45 ? ['title'] : []),
    ...(id.length < 1 || id.length > 100 ? ['custom id'] : []),
  ];
}

function viaToken(
  world: DiscordWorld,
  method: string,
  token: string,
  original: boolean,
  { body, files }: Asked,
): Answer {
  const interaction = [...world.interactions.values()].find((one) => one.token === token);
  if (!interaction?.answered) return refuse(world, 404, 'Unknown Webhook');
  if (now(world) - interaction.madeAt > tokenMs) return refuse(world, 401, 'Invalid Webhook Token', 50_027);
  if (original && method === 'DELETE') {
    interaction.original = undefined;
    if (interaction.deferred === 'loading') interaction.deferred = 'gone';
    return { status: 204 };
  }
  // "Functions as Edit Original Interaction Response … the ephemeral flag will be ignored" while the answer is deferred.
  // https://docs.discord.com/developers/interactions/receiving-and-responding#create-followup-message
  const edits = original || interaction.deferred !== 'no';
  if (edits && interaction.deferred === 'gone') return refuse(world, 404, 'Unknown Message', 10_008);
  const before = edits ? interaction.original : undefined;
  const refused = formRefusal(world, body as DiscordMessage, { files, before, edits });
  if (refused) return refuseForm(world, refused);
  interaction.deferred = 'no';
  interaction.files.push(...files);
  if (edits) interaction.original = body as DiscordMessage;
  else interaction.followUps.push({ message: body as DiscordMessage, ephemeral: isEphemeral(body) });
  return { status: 200, body: { id: '1', channel_id: '1' } };
}

/** @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
function refuse(world: DiscordWorld, status: number, why: string, code = 0): Answer {
  world.refused.push(`${status} ${why}`);
  return { status, body: { message: why, code } };
}

function refuseForm(world: DiscordWorld, { errors, why }: FormRefusal): Answer {
  world.refused.push(`400 ${why}`);
  return { status: 400, body: { message: `Invalid Form Body: ${why}`, code: 50_035, errors } };
}

function isEphemeral({ flags = 0 }: { flags?: number }): boolean {
  return (flags & 64) !== 0;
}

/** JSON, or the JSON part of a form with files. */
async function read(request: IncomingMessage): Promise<{ body: Json; files: string[]; largest: number }> {
  const bytes = Buffer.concat((await request.toArray()) as Buffer[]);
  if (bytes.length === 0) return { body: {}, files: [], largest: 0 };
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/')) return { body: JSON.parse(bytes.toString()) as Json, files: [], largest: 0 };
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  const json = form.get('payload_json');
  const files = [...form.values()].flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
  const largest = Math.max(0, ...[...form.values()].map((part) => (typeof part === 'string' ? 0 : part.size)));
  return { body: JSON.parse(typeof json === 'string' ? json : '{}') as Json, files, largest };
}
