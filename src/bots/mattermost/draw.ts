import type { Reply } from '../../replies/reply.ts';
import type { Cipher } from '../../secrets/cipher.ts';
import type { MattermostApi } from './api.ts';
import { type Place, sealPress } from './press.ts';
import { type MattermostMessage, renderReply } from './render.ts';

/** A reply as a message for one place, whose buttons work nowhere else. */
export type Draw = (reply: Reply, place: Place, footer?: string) => Promise<MattermostMessage>;

/** @param url Where presses are sent to. */
export function createDraw(api: MattermostApi, cipher: Cipher, url: string): Draw {
  return async (reply, place, footer) => {
    const people = await Promise.all((reply.mentions ?? []).map((account) => api.person(account)));
    return renderReply(reply, {
      limits: (await api.facts()).limits,
      seal: (press) => ({ url, context: sealPress(press, place, cipher) }),
      mentioned: people.flatMap((person) => (person ? [person.username] : [])),
      footer,
    });
  };
}
