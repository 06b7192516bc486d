import type { NotificationFact } from '../../src/entities/notification-facts.ts';
import { factReply } from '../../src/replies/notifications.ts';
import type { Reply } from '../../src/replies/reply.ts';

interface Stored {
  payload?: object | null | undefined;
}

/** What a stored notification says. */
export function worded({ payload }: Stored): Promise<Reply> {
  return factReply(payload as NotificationFact);
}

/** What stored notifications say, in their order. */
export function allWorded(stored: readonly Stored[]): Promise<Reply[]> {
  return Promise.all(stored.map(worded));
}
