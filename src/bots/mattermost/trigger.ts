import { createPublicKey, type KeyObject, verify } from 'node:crypto';

export type SigningKey = KeyObject;

/** The clocks of two machines differ, and a press may wait for a busy one; milliseconds. */
const lifetimeMs = 5 * 60_000;

/** The key of `AsymmetricSigningPublicKey`; undefined where the server has none. */
export function parseSigningKey(base64: string | undefined): SigningKey | undefined {
  if (!base64) return undefined;
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/**
 * Whether the server made this trigger for the person, lately: base64 of an id, the account, milliseconds and an ECDSA
 * signature over these three. A press that names somebody else was made up.
 */
export function isTriggerOf(account: string, trigger: string, key: SigningKey, now = Date.now()): boolean {
  const [id = '', user = '', time = '', signature = ''] = Buffer.from(trigger, 'base64').toString('utf8').split(':');
  if (user !== account || !/^\d+$/.test(time) || Math.abs(now - Number(time)) > lifetimeMs) return false;
  return verify('sha256', Buffer.from(`${id}:${user}:${time}:`), key, Buffer.from(signature, 'base64'));
}
