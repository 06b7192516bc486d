import type { Request, RequestHandler } from 'express';
import type { Deps } from '../../usecases/deps.ts';
import { userOf } from './authenticate.ts';
import { localCallersOf } from './local-callers.ts';
import { sendProblem } from './problem.ts';

/** What proxies add to a request that they pass on. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];
const loopback = /^(::1|(::ffff:)?127(\.\d+){3})$/;
/** What is answered at the address of the metrics. */
const monitored = ['/metrics', '/healthz', '/readyz'];

type Needed = Pick<Deps, 'config' | 'database'>;

/** Metrics and nothing else at `SHIPMATE_METRICS_ADDRESS`, where there is one. */
export function keepMetricsApart({ config }: Needed): RequestHandler {
  return (request, response, next) => {
    if (!config.metricsAddress) return next();
    const isMetrics = isForMetrics(config, request);
    if (isMetrics ? monitored.includes(request.path) : request.path !== '/metrics') return next();
    sendProblem(response, 404, isMetrics ? 'Only metrics are here.' : 'Metrics are at SHIPMATE_METRICS_ADDRESS.');
  };
}

/**
 * Metrics name applications. They are for programs on Shipmate's own machine, for whoever reaches their own address, and
 * for those with anybody's token.
 */
export function allowScraping(deps: Needed): RequestHandler {
  return async (request, _response, next) => {
    const isPassedOn = proxyHeaders.some((name) => request.get(name) !== undefined);
    const isOwn = localCallersOf(request) !== undefined || loopback.test(request.socket.remoteAddress ?? '');
    const isLocal = !isPassedOn && isOwn;
    const isOpen = isLocal || isForMetrics(deps.config, request);
    if (!isOpen || request.get('authorization') !== undefined) await userOf(deps, request);
    next();
  };
}

function isForMetrics({ metricsAddress }: Deps['config'], { socket }: Request): boolean {
  return metricsAddress !== undefined && socket.localPort === metricsAddress.port;
}
