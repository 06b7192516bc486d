import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Response, Router } from 'express';
import { z } from 'zod';
import { readLogPage } from '../../../usecases/deployments/deployment-log-pages.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { createFeed, type Feed } from './feed.ts';
import { linesFragment } from './log.ts';
import { stateReader } from './state.ts';
import { type Viewing, viewingOf } from './viewer.ts';

/** Lines in one event. */
const batch = 1_000;
/** Shortest time between two reads for one viewer, milliseconds: a chatty build is sent in a few batches a second. */
const pauseMs = 300;
/** Proxies close connections that are silent for a minute. */
const heartbeatMs = 15_000;
/** How long a browser waits before it connects again, milliseconds. */
const retryMs = 1_000;

const LineId = z.coerce.number().int().min(0).catch(0);

/**
 * `GET /deployments/:id/events`: `log` events with the lines after `Last-Event-ID` (or `?after=`), `state` events
 * with the head of the page whenever it changes, and `end` when the deployment has ended and all was sent.
 */
export function eventRoutes(deps: Deps, stopping: AbortSignal): Router {
  const feed = createFeed(deps);
  const router = Router();
  router.get('/deployments/:id/events', async (request, response) => {
    const viewing = await viewingOf(deps, request);
    // A kept-alive connection would send the page's next attempt to a server that is stopping.
    response.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no', Connection: 'close' });
    response.write(`retry: ${retryMs}\n\n`);
    const after = LineId.parse(request.get('last-event-id') ?? request.query['after']);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, stopping]);
    try {
      await stream(deps, feed, { viewing, response, after, signal });
    } catch (error) {
      if (!signal.aborted) deps.logger.warn({ err: error }, 'a page lost its stream and will reconnect');
    }
    response.end();
  });
  return router;
}

interface Stream {
  viewing: Viewing;
  response: Response;
  /** Id of the page's last line. */
  after: number;
  signal: AbortSignal;
}

async function stream(deps: Deps, feed: Feed, { viewing, response, after, signal }: Stream): Promise<void> {
  const { id } = viewing.deployment;
  const readState = stateReader(deps, viewing);
  let last = after;
  let shown = '';
  let changed = true;
  let wake: () => void = () => undefined;
  const unwatch = feed.watch(id, () => {
    changed = true;
    wake();
  });
  const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
  signal.addEventListener('abort', () => wake());

  async function send(event: string, data: object, eventId?: number): Promise<void> {
    const head = eventId === undefined ? '' : `id: ${eventId}\n`;
    const flushed = response.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (!flushed) await once(response, 'drain', { signal });
  }

  /** @returns whether there is nothing more to come. */
  async function look(): Promise<boolean> {
    if (!(await viewing.stillAllowed())) return true;
    // Read before the lines: no lines are written once a deployment has ended.
    const state = await readState();
    if (!state) return true;
    for (let more = true; more && !signal.aborted;) {
      const page = await readLogPage(viewing.logs(), id, { after: last, limit: batch });
      ({ more } = page);
      last = page.lines.at(-1)?.id ?? last;
      if (page.lines.length > 0) await send('log', linesFragment(viewing, page), last);
    }
    if (state.version !== shown) await send('state', state);
    shown = state.version;
    return state.finished;
  }

  try {
    while (!signal.aborted) {
      changed = false;
      if (await look()) return await send('end', {});
      await delay(pauseMs, undefined, { signal });
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    clearInterval(heartbeat);
    unwatch();
  }
}
