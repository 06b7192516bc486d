import { setTimeout as delay } from 'node:timers/promises';
import type { Reply } from '../replies/reply.ts';
import { liveMessageId } from '../usecases/deployments/live-message-id.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Origin } from '../usecases/origin.ts';
import type { MessageRef } from './bot.ts';

/** Between two looks for a message, milliseconds; doubles. */
const firstLookMs = 100;
const lastLookMs = 10_000;

export interface LiveLinks {
  /** The address of a deployment's live message, if it is posted within the time; undefined otherwise. Never throws. */
  find(deployment: string, origin: Origin, withinMs: number): Promise<string | undefined>;
}

export interface LiveLinkOptions {
  /** The address of a message of the platform; undefined when it has none. */
  linkTo(ref: MessageRef, origin: Origin): Promise<string | undefined>;
  /** Ends the waiting. */
  stopping: AbortSignal;
}

/** Whether a reply is the note beside a live message, which has the buttons. */
export function isLiveNote({ deploymentId, title }: Reply): boolean {
  return deploymentId !== undefined && !title;
}

export function withLiveLink(reply: Reply, url: string | undefined): Reply {
  return url === undefined ? reply : { ...reply, link: { label: 'Live message', url } };
}

/** The message is posted by whichever replica draws it, so its row tells. */
export function createLiveLinks(
  deps: Pick<Deps, 'database' | 'logger'>,
  { linkTo, stopping }: LiveLinkOptions,
): LiveLinks {
  async function look(deployment: string, origin: Origin, withinMs: number): Promise<string | undefined> {
    const end = performance.now() + withinMs;
    for (let pause = firstLookMs; ; pause = Math.min(lastLookMs, pause * 2)) {
      const message = await liveMessageId(deps, deployment, origin);
      if (message !== undefined) return linkTo({ channel: origin.channel, message }, origin);
      if (performance.now() + pause > end) return undefined;
      await delay(pause, undefined, { signal: stopping });
    }
  }

  return {
    async find(deployment, origin, withinMs) {
      try {
        return await look(deployment, origin, withinMs);
      } catch (error) {
        if (!stopping.aborted) deps.logger.warn({ err: error, deployment, platform: origin.platform }, 'no live link');
        return undefined;
      }
    },
  };
}
