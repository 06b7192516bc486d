import { createPublicKey, createVerify, sign } from 'node:crypto';
import { type MattermostWorld, newId } from './world.ts';

/** `OutgoingIntegrationRequestsTimeout`, as long as it was before it could be set. */
const lifetimeMs = 3_000;

/** When each was made, by the server's clock. */
const made = new WeakMap<MattermostWorld, Map<string, number>>();

/** What lets an integration open a dialog for the person: signed over an id, the account and the time. */
export function makeTrigger(world: MattermostWorld, account: string, at = Date.now()): string {
  const data = `${newId()}:${account}:${at}:`;
  const signature = sign('sha256', Buffer.from(data), world.privateKey).toString('base64');
  const trigger = Buffer.from(data + signature).toString('base64');
  const known = made.get(world) ?? new Map<string, number>();
  made.set(world, known.set(trigger, world.ahead));
  return trigger;
}

/** Undefined when it is none, or too old. */
export function accountOf(world: MattermostWorld, trigger: string): string | undefined {
  const [id, account, time, signature = ''] = Buffer.from(trigger, 'base64').toString('utf8').split(':');
  const key = createPublicKey({ key: Buffer.from(world.publicKey, 'base64'), format: 'der', type: 'spki' });
  const isOurs = createVerify('sha256').update(`${id}:${account}:${time}:`).verify(key, signature, 'base64');
  const at = made.get(world)?.get(trigger);
  return isOurs && at !== undefined && world.ahead - at <= lifetimeMs ? account : undefined;
}
