import { randomUUID } from 'node:crypto';
import { p } from '@mikro-orm/core';

/** Primary key, generated in the process so that rows can refer to each other before they are stored. */
export function uuidKey() {
  return p
    .uuid()
    .primary()
    .onCreate(() => randomUUID());
}

export function creationTime() {
  return p
    .datetime()
    .defaultRaw('now()')
    .onCreate(() => new Date());
}

/** Updated with every change through the ORM. */
export function changeTime() {
  return p
    .datetime()
    .defaultRaw('now()')
    .onCreate(() => new Date())
    .onUpdate(() => new Date());
}

/** `jsonb`, `{}` by default: every key of `T` is optional. */
export function jsonObject<T extends object>() {
  return p
    .json<T>()
    .defaultRaw(`'{}'`)
    .onCreate(() => ({}) as T);
}
