import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { readLines, type TextLine } from '../../text-lines.ts';

/** Of an event, characters; its attributes hold the labels of a service. */
const longestEvent = 1024 ** 2;
/** Delay between a container event and Swarm noticing it, milliseconds. */
const settleMs = 30;

/**
 * What a roll-out takes notice of. The commands of health checks are events too, three a check: the most by far.
 */
const filters: { type: ('service' | 'container')[]; event: string[] } = {
  type: ['service', 'container'],
  event: ['update', 'remove', 'start', 'health_status', 'die'],
};

export interface Changes extends AsyncDisposable {
  /**
   * Resolves soon after a change of the service, at the latest after `milliseconds`.
   * @param pauseMs At the earliest so long after the last time, so that changes in a burst are one (default at once).
   */
  next(milliseconds: number, pauseMs?: number): Promise<void>;
}

/** Engine events are only a hint to check again: they may be missed, and other nodes' events do not arrive here. */
export async function watchChanges(docker: Docker, service: string, signal: AbortSignal): Promise<Changes> {
  const ending = new AbortController();
  const stopped = AbortSignal.any([signal, ending.signal]);
  let last = Number.NEGATIVE_INFINITY;
  let wake = Promise.withResolvers<void>();
  const reading = read().catch(() => {});

  async function read(): Promise<void> {
    const stream = await docker.getEvents({ filters, abortSignal: stopped });
    stream.on('error', () => {});
    for await (const line of readLines(stream as AsyncIterable<Buffer>, longestEvent)) {
      if (concerns(line, service)) wake.resolve();
    }
  }

  return {
    async next(milliseconds, pauseMs = 0) {
      const timer = new AbortController();
      const options = { signal: AbortSignal.any([stopped, timer.signal]) };
      const timeout = delay(milliseconds, undefined, options);
      const woken = wake.promise.then(() =>
        delay(Math.max(settleMs, last + pauseMs - performance.now()), undefined, options),
      );
      try {
        await Promise.race([timeout, woken]);
      } finally {
        timer.abort();
        for (const one of [timeout, woken]) one.catch(() => {});
        wake = Promise.withResolvers<void>();
        last = performance.now();
      }
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await reading;
    },
  };
}

/** An event that is too long to be read may concern everybody. */
function concerns({ cut, text }: TextLine, service: string): boolean {
  if (cut) return true;
  const { Actor } = JSON.parse(text) as { Actor?: { Attributes?: Record<string, string> } };
  const { name, 'com.docker.swarm.service.name': owner } = Actor?.Attributes ?? {};
  return name === service || owner === service;
}
