import { once } from 'node:events';
import { type Request, type Response, Router } from 'express';
import type { Deps } from '../../../../usecases/deps.ts';
import type { OutputTarget, Placed } from '../../../../usecases/output/output-events.ts';
import type { Outputs } from '../../../../usecases/output/outputs.ts';
import { followerOf } from '../viewer.ts';

/** Proxies close connections that are silent for a minute. */
const heartbeatMs = 15_000;
/** How long a browser waits before it connects again, milliseconds. */
const retryMs = 1_000;

/** How events are written. */
interface Form {
  type: string;
  begin: string;
  heartbeat: string;
  write(events: Placed[]): string;
}

const jsonLines: Form = {
  type: 'application/x-ndjson',
  begin: '',
  heartbeat: '\n',
  write: (events) => events.map(({ at, event }) => `${JSON.stringify({ ...event, at })}\n`).join(''),
};

const serverSent: Form = {
  type: 'text/event-stream',
  begin: `retry: ${retryMs}\n\n`,
  heartbeat: ': still here\n\n',
  write: (events) =>
    `id: ${events.at(-1)?.at ?? ''}\nevent: output\ndata: ${JSON.stringify(events.map(({ event }) => event))}\n\n`,
};

/**
 * `GET /api/runs/:run` and `GET /api/applications/:id/log?service=` give what is printed as lines of JSON until the end,
 * the same paths without `/api` and with `/events` after them as server-sent events. `?after=`, or `Last-Event-ID`, is the
 * `at` of the last event that the follower has.
 */
export function outputStreams(deps: Deps, outputs: Outputs): Router {
  const router = Router();

  async function stream(request: Request, response: Response, target: OutputTarget, form: Form): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const { after } = request.query;
    const at = request.get('last-event-id') ?? (typeof after === 'string' ? after : undefined);
    const events = await outputs.open(target, await followerOf(deps, request), at, gone.signal);
    response.set({
      'Content-Type': form.type,
      'X-Accel-Buffering': 'no',
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.write(form.begin);
    response.flushHeaders();
    const heartbeat = setInterval(() => response.write(form.heartbeat), heartbeatMs);
    try {
      for await (const batch of events) {
        if (!response.write(form.write(batch))) await once(response, 'drain', { signal: gone.signal });
      }
    } catch (error) {
      if (!gone.signal.aborted) deps.logger.warn({ err: error }, 'somebody who follows a log has to connect again');
    } finally {
      clearInterval(heartbeat);
      response.end();
    }
  }

  for (const [prefix, suffix, form] of [
    ['/api', '', jsonLines],
    ['', '/events', serverSent],
  ] as const) {
    router.get(`${prefix}/runs/:run${suffix}`, (request: Request<{ run: string }>, response) =>
      stream(request, response, { run: request.params.run }, form),
    );
    router.get(`${prefix}/applications/:id/log${suffix}`, (request: Request<{ id: string }>, response) =>
      stream(request, response, applicationTarget(request), form),
    );
  }
  return router;
}

export function applicationTarget({ params, query }: Request<{ id: string }>): OutputTarget {
  const { service } = query;
  return { application: params.id, ...(typeof service === 'string' && { service }) };
}
