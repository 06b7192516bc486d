import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type APIInteraction, InteractionResponseType, InteractionType } from 'discord.js';
import type { RawListener } from '../../handlers/bodies/raw-request.ts';

/** An Ed25519 key in SubjectPublicKeyInfo, without the key itself. @see RFC 8410, 4 */
const prefix = Buffer.from('302a300506032b6570032100', 'hex');

export interface HttpInteractions {
  listener: RawListener;
  /** The application's verify key, hex. Until it is known nothing is accepted. */
  trust(verifyKey: string): void;
}

/** Interactions as signed requests: `handle` answers them by the API, so they are only taken here. */
export function httpInteractions(handle: (interaction: APIInteraction) => void): HttpInteractions {
  let key: KeyObject | undefined;

  function isSigned(body: Buffer, signature: unknown, timestamp: unknown): boolean {
    if (!key || typeof signature !== 'string' || typeof timestamp !== 'string') return false;
    if (!/^[0-9a-f]{128}$/i.test(signature)) return false;
    return verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'hex'));
  }

  return {
    trust(verifyKey) {
      key = createPublicKey({
        key: Buffer.concat([prefix, Buffer.from(verifyKey, 'hex')]),
        format: 'der',
        type: 'spki',
      });
    },
    listener(request, response) {
      const end = (status: number, json?: object) => {
        response.writeHead(status, json && { 'content-type': 'application/json' });
        response.end(json && JSON.stringify(json));
      };
      const { rawBody: body } = request;
      const { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp } = request.headers;
      if (!isSigned(body, signature, timestamp)) return end(key ? 401 : 503);
      const interaction = parse(body);
      if (!interaction) return end(400);
      if (interaction.type === InteractionType.Ping) return end(200, { type: InteractionResponseType.Pong });
      end(202);
      handle(interaction);
    },
  };
}

/** Discord signed it, so what is JSON is an interaction. */
function parse(body: Buffer): APIInteraction | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as APIInteraction;
  } catch {
    return undefined;
  }
}
