import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Config } from '../../config.ts';
import type { Logger } from '../../logger.ts';

const securing = Object.entries({
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});

/** A year, which is what browsers' own lists ask for. Other names below the host are left to whoever has them. */
const httpsOnly = ['Strict-Transport-Security', 'max-age=31536000'] as const;

/** Headers of every response: forbid framing, sniffing and caching, and HTTP where the public address is HTTPS. */
export function securityHeaders({ publicUrl }: Pick<Config, 'publicUrl'>): RequestHandler {
  const headers = [...securing, ...(publicUrl.startsWith('https:') ? [httpsOnly] : [])];
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/** Gives each request an id (the caller's own if it is valid) and logs one line per response. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
    response.set('X-Request-Id', requestId);
    const begun = performance.now();
    const { method, path } = request;
    response.on('close', () => {
      const ms = Math.round(performance.now() - begun);
      const level = path === '/healthz' || path === '/readyz' || path === '/metrics' ? 'debug' : 'info';
      const aborted = response.writableFinished ? {} : { aborted: true };
      logger[level]({ requestId, method, path, status: response.statusCode, ms, ...aborted }, 'request');
    });
    next();
  };
}
