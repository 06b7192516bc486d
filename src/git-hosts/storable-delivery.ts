import { storableText } from '../storable-text.ts';
import type { ChangeRequest, HostPerson } from './change-request.ts';
import type { PushedRef } from './push.ts';
import type { ParsedDelivery } from './webhook.ts';

/** Length limit of `webhook_deliveries.event`. */
const maxEvent = 100;
/** Names of people and titles of commits, in UTF-16 units. */
const maxWords = 200;

/**
 * What people wrote, cut and cleaned so that PostgreSQL takes it; names of refs and repositories are refused before.
 */
export function storableDelivery(parsed: ParsedDelivery): ParsedDelivery {
  const event = storableText(parsed.event, maxEvent);
  if (parsed.kind === 'ignored') return { ...parsed, event, why: storableText(parsed.why, 2 * maxWords) };
  if (parsed.kind === 'request') return { ...parsed, event, request: storableRequest(parsed.request) };
  // Its names are of a form that can be stored.
  if (parsed.kind === 'installation') return { ...parsed, event };
  const { push } = parsed;
  const pusher = storableText(push.pusher, maxWords);
  return { ...parsed, event, push: { ...push, pusher, refs: push.refs.map(storableRef) } };
}

function storableRequest(request: ChangeRequest): ChangeRequest {
  const person = (one: HostPerson | undefined) =>
    one && { name: storableText(one.name, 255), id: storableText(one.id, 255) };
  return {
    ...request,
    title: request.title === undefined ? undefined : storableText(request.title, maxWords),
    author: person(request.author),
    sender: person(request.sender),
  };
}

function storableRef(ref: PushedRef): PushedRef {
  const words = (text: string | undefined) => (text === undefined ? undefined : storableText(text, maxWords));
  return { ...ref, title: words(ref.title), author: words(ref.author) };
}
