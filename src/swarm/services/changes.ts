import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { readLines, type TextLine } from '../../text-lines.ts';

/** Of an event, characters; its attributes hold the labels of a service. */
const longestEvent = 1024 ** 2;
/** Delay between a container event and Swarm noticing it, milliseconds. */
const settleMs = 30;

export interface Changes extends AsyncDisposable {
  /** Resolves soon after a change of the service, at the latest after `milliseconds`. */
  next(milliseconds: number): Promise<void>;
}

/** Engine events are only a hint to check again: they may be missed, and other nodes' events do not arrive here. */
export async function watchChanges(docker: Docker, service: string, signal: AbortSignal): Promise<Changes> {
  const ending = new AbortController();
  const stopped = AbortSignal.any([signal, ending.signal]);
  let wake = Promise.withResolvers<void>();
  const reading = read().catch(() => {});

  async function read(): Promise<void> {
    const stream = await docker.getEvents({ filters: { type: ['service', 'container'] }, abortSignal: stopped });
    stream.on('error', () => {});
    for await (const line of readLines(stream as AsyncIterable<Buffer>, longestEvent)) {
      if (concerns(line, service)) wake.resolve();
    }
  }

  return {
    async next(milliseconds) {
      const timer = new AbortController();
      const timeout = delay(milliseconds, undefined, { signal: AbortSignal.any([stopped, timer.signal]) });
      const woken = wake.promise.then(() => delay(settleMs));
      try {
        await Promise.race([timeout, woken]);
      } finally {
        timer.abort();
        timeout.catch(() => {});
        wake = Promise.withResolvers<void>();
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
