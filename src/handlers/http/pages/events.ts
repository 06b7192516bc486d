import { Router } from 'express';
import { z } from 'zod';
import type { Deps } from '../../../usecases/deps.ts';
import { createLiveLogs } from './live/live-logs.ts';
import { viewingOf } from './viewer.ts';

/** How long a browser waits before it connects again, milliseconds. */
const retryMs = 1_000;

const LineId = z.coerce.number().int().min(0).catch(0);

/**
 * `GET /deployments/:id/events`: `log` events with the lines after `Last-Event-ID` (or `?after=`), `state` events
 * with the head of the page whenever it changes, and `end` when the deployment has ended and all was sent.
 */
export function eventRoutes(deps: Deps, stopping: AbortSignal): Router {
  const logs = createLiveLogs(deps, stopping);
  const router = Router();
  router.get('/deployments/:id/events', async (request, response) => {
    const viewing = await viewingOf(deps, request);
    // A kept-alive connection would send the page's next attempt to a server that is stopping.
    response.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no', Connection: 'close' });
    response.write(`retry: ${retryMs}\n\n`);
    const after = LineId.parse(request.get('last-event-id') ?? request.query['after']);
    try {
      await logs.join(viewing, response, after);
    } catch (error) {
      deps.logger.warn({ err: error }, 'a page lost its stream and will reconnect');
      response.end();
    }
  });
  return router;
}
