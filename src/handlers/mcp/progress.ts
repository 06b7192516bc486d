import type { ServerContext } from '@modelcontextprotocol/server';
import type { Assistant } from './assistant.ts';
import type { Waiting } from './waiting.ts';

/** Clients give up after a minute unless they are told something, by default of the protocol's libraries; milliseconds. */
const silentWaitMs = 45_000;
/** For clients that are told, and so wait on. */
const toldWaitMs = 300_000;
/** Between two equal messages, milliseconds. */
const tellEveryMs = 10_000;

/** How a call waits: who sent a progress token is told now and then what for, and waited for longer. */
export function waitingOf({ waitMs }: Pick<Assistant, 'waitMs'>, { mcpReq }: ServerContext): Waiting {
  const token = mcpReq._meta?.progressToken;
  let progress = 0;
  let last: { message: string; at: number } | undefined;
  return {
    signal: mcpReq.signal,
    toTheEnd: token !== undefined,
    waitMs: waitMs ?? (token === undefined ? silentWaitMs : toldWaitMs),
    async tell(message) {
      const now = performance.now();
      if (token === undefined || (last?.message === message && now - last.at < tellEveryMs)) return;
      last = { message, at: now };
      progress += 1;
      const params = { progressToken: token, progress, message };
      // Whoever has left needs no news.
      await mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}
