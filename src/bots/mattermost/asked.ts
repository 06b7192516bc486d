import type { Origin } from '../../usecases/origin.ts';
import type { Held } from './held.ts';
import type { ThreadRef } from './thread-ref.ts';

/** A line that somebody gave, and how they can be answered. */
export interface Asked {
  line: string;
  origin: Origin;
  thread: ThreadRef;
  channelName?: string | undefined;
  /** The request that the server waits with, and what it takes for an answer. */
  held?: { as: 'command' | 'press'; request: Held } | undefined;
  /** Answers without being a member of the channel: five times within 30 minutes. */
  responsePath?: string | undefined;
  /** Opens a dialog, within three seconds. */
  trigger?: string | undefined;
  /** Somebody spoke of Shipmate, and may have said anything. */
  mentioned?: boolean | undefined;
  /** The line’s form is wanted before it runs. */
  form?: boolean | undefined;
}
