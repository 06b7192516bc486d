import './unneeded-parts.ts';
import type { RequestListener } from 'node:http';
import { finished } from 'node:stream';
import express, { type RequestHandler, type Response } from 'express';
import type { Deps } from '../../usecases/deps.ts';
import { createOutputs, type Outputs } from '../../usecases/output/outputs.ts';
import type { RunCounts } from '../../usecases/jobs/run-counts.ts';
import { type BodyGate, createBodyGate } from '../bodies/body-gate.ts';
import type { RawListener } from '../bodies/raw-request.ts';
import { clientAddress } from '../client-address.ts';
import { type OnUse, onUse } from '../../on-use.ts';
import type { Dispatcher } from '../dispatch.ts';
import { webhookRouter } from '../webhooks/router.ts';
import { challengeRoutes } from './challenge-routes.ts';
import { commandRoutes } from './command-routes.ts';
import type { DeploymentTimes } from './deployment-times.ts';
import { deploymentRoutes } from './deployment-routes.ts';
import type { Chat } from './components.ts';
import { healthRoutes } from './health.ts';
import type { LoopDelay } from './loop-delay.ts';
import type { LeaseLosses } from '../../database/lease-losses.ts';
import { createMetrics } from './metrics.ts';
import { localRoutes } from './local-routes.ts';
import { pageRoutes } from './pages/index.ts';
import { requestLog, securityHeaders } from './middleware.ts';
import { problemHandler, sendProblem } from './problem.ts';
import { keepMetricsApart } from './scraping.ts';
import { trustedPeers } from './trusted-peers.ts';

/** Chat platforms send a few kilobytes; a view with all its fields filled in, some hundred. Bytes. */
export const chatBytes = 1024 ** 2;

/** A chat platform that may send its requests to this server. */
interface HttpChat extends Chat {
  http?: { path: string; listener: RawListener };
}

export interface HttpOptions {
  chats?: readonly HttpChat[];
  /** Aborts when Shipmate stops: streams end then. */
  stopping?: AbortSignal;
  /** Logs that are followed (default: those of this server alone). */
  outputs?: Outputs;
  /** Of the scheduler, for metrics. */
  runs?: RunCounts;
  /** For metrics. */
  loopDelay?: LoopDelay;
  /** For metrics. */
  leaseLosses?: Pick<LeaseLosses, 'count'>;
  times?: DeploymentTimes;
  /** Of unverified bodies; tests have smaller limits. */
  bodies?: BodyGate;
}

/** The HTTP server's routes. */
export function createHttp(deps: Deps, dispatcher: OnUse<Dispatcher>, options: HttpOptions = {}): RequestListener {
  const { bodies = createBodyGate(), chats = [], stopping = new AbortController().signal } = options;
  const { outputs = createOutputs(deps, stopping) } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', trustedPeers(deps.config.trustedProxies));
  const metrics = createMetrics(deps, options);
  app.use(securityHeaders(deps.config), requestLog(deps.logger), metrics.observe);
  app.use(keepMetricsApart(deps), healthRoutes(deps, chats), metrics.router, challengeRoutes(deps));
  // Before any body is parsed: signatures are over the raw bytes.
  app.use(webhookRouter(deps, bodies));
  for (const { http } of chats) if (http) app.post(http.path, chatRoute(bodies, http.listener));
  app.get('/api/openapi.json', async (_request, response) => {
    const { commands } = await dispatcher();
    const { openApi } = await import('./openapi.ts');
    response.json(openApi(commands, deps.config.publicUrl));
  });
  const mcp = onUse(async () => (await import('./mcp-route.ts')).mcpRoute(deps, dispatcher, stopping));
  app.post('/mcp', async (request, response, next) => (await mcp())(request, response, next));
  app.get('/mcp', onlyPost).delete('/mcp', onlyPost);
  app.use(localRoutes(deps), commandRoutes(deps, dispatcher), deploymentRoutes(deps));
  app.use(pageRoutes(deps, dispatcher, outputs, stopping));
  app.use((_request, response) => sendProblem(response, 404, 'Not found. /api/openapi.json lists the routes.'));
  app.use(problemHandler(deps));
  return app;
}

/** Assistants have neither sessions to end nor streams to come back to. */
function onlyPost(_request: unknown, response: Response): void {
  response.set('Allow', 'POST');
  sendProblem(response, 405, 'Assistants send each message by POST.');
}

/** The platform verifies the body itself; until it answers, its sender is nobody. */
function chatRoute(bodies: BodyGate, listener: RawListener): RequestHandler {
  return async (request, response) => {
    const { bytes, release } = await bodies.read(request, clientAddress(request), chatBytes);
    finished(response, release);
    listener(Object.assign(request, { rawBody: bytes }), response);
  };
}
