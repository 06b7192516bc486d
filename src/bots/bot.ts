import type { RawListener } from '../handlers/bodies/raw-request.ts';
import type { Platform } from '../entities/chat-message.ts';
import type { Reply } from '../replies/reply.ts';
import type { ReachCheck } from '../usecases/notifications/reach.ts';

/** Where a message is. */
export interface MessageRef {
  channel: string;
  message: string;
}

/** For platforms that make edits wait their turn. */
export interface EditOptions {
  /** Asked for what the message is to show when the edit had to wait, so that it is not out of date. */
  newest?: () => Promise<Reply>;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

/** Adapter to a chat platform. */
export interface Bot {
  platform: Exclude<Platform, 'http'>;
  /** Edits of one message closer together than this are merged into the last one, milliseconds. */
  editIntervalMs: number;
  /** Its messages are seen by this process alone, so no other replica may draw them. */
  local: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Posts a message and tells where it is.
   * @throws {RefusedError} when a retry cannot work.
   * @param key Names the post: posted again under it soon, it is one message, which shows the later reply.
   */
  post(channel: string, reply: Reply, key?: string): Promise<MessageRef>;
  /** Replaces the message in place. @throws {RefusedError} when a retry cannot work. */
  edit(ref: MessageRef, reply: Reply, options?: EditOptions): Promise<void>;
  /**
   * Posts in the thread of a message, or as a reply to it. @throws {RefusedError} when a retry cannot work.
   * @param key Names the post, as in `post`.
   */
  postUnder?(ref: MessageRef, reply: Reply, key: string): Promise<void>;
  /** The account of whoever has the address, as far as the platform tells. Never throws. */
  accountOfEmail?(email: string): Promise<string | undefined>;
  /** Says something to one person alone, by their account. */
  tell?(account: string, reply: Reply): Promise<void>;
  /** Whether messages may be posted in a channel, without posting one. */
  reach?: ReachCheck;
  /**
   * Where the platform sends its requests, e.g. `/slack/events`; the listener verifies the raw body. `instead`: what to
   * set when they cannot reach it; absent when none have to.
   */
  http?: { path: string; listener: RawListener; instead?: string };
  /** Why it does not work as it should; undefined while it does. `/readyz` shows it as degraded. */
  problem?(): string | undefined;
}
