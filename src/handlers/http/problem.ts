import type { ErrorRequestHandler, Response } from 'express';
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnavailableError,
  UserError,
} from '../../errors.ts';
import { databaseAway } from '../../database/database.ts';
import type { Deps } from '../../usecases/deps.ts';
import { logUnexpected, outageOf } from '../../unexpected-error.ts';
import { formatSize } from '../../units/sizes.ts';
import { BodyRefusedError } from '../bodies/body-refused-error.ts';

export const problemTitles = {
  400: 'Malformed request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Too slow',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Invalid request',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
} as const;

/** A one-time code or a password fits many times, bytes. */
export const strangersBytes = 4 * 1024;

export type ProblemStatus = keyof typeof problemTitles;

/** Answers with RFC 9457 problem details. */
export function sendProblem(
  response: Response,
  status: ProblemStatus,
  detail: string,
  extra: Record<string, unknown> = {},
): void {
  if (status === 401) response.set('WWW-Authenticate', 'Bearer');
  if (status === 503) response.set('Retry-After', '5');
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: problemTitles[status], status, detail, ...extra }));
}

/** Reports a client error, and when to try again. */
export function sendRefusal(response: Response, error: UserError): void {
  setRetryAfter(response, error);
  sendProblem(response, httpStatusOf(error), error.message);
}

/** Whole seconds. @see RFC 9110, 10.2.3 */
export function setRetryAfter(response: Response, error: unknown): void {
  if (error instanceof TooManyRequestsError) response.set('Retry-After', String(Math.ceil(error.waitMs / 1_000)));
}

/** The HTTP status of a client error. */
export function httpStatusOf(error: UserError): ProblemStatus {
  if (error instanceof BodyRefusedError) return error.status;
  if (error instanceof UnauthenticatedError) return 401;
  if (error instanceof ForbiddenError) return 403;
  if (error instanceof NotFoundError) return 404;
  if (error instanceof ConflictError) return 409;
  if (error instanceof TooManyRequestsError) return 429;
  if (error instanceof UnavailableError) return 503;
  return 422;
}

/** The one place where errors become HTTP answers. */
export function problemHandler(deps: Pick<Deps, 'logger' | 'database'>): ErrorRequestHandler {
  return async (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof UserError) return sendRefusal(response, error);
    const bodyStatus = bodyErrorStatus(error);
    if (bodyStatus) return sendProblem(response, bodyStatus, bodyErrorDetail(bodyStatus, error));
    const detail = logUnexpected(deps, error, 'unexpected error').sentence;
    if (outageOf(error) !== undefined) return sendProblem(response, 503, detail);
    return (await isAway(deps.database))
      ? sendProblem(response, 503, databaseAway)
      : sendProblem(response, 500, detail);
  };
}

/** A test query tells an outage from a bug more reliably than an error's shape. */
export async function isAway(database: Pick<Deps['database'], 'ping'>): Promise<boolean> {
  return database.ping().then(
    () => false,
    () => true,
  );
}

/** Errors of express's own body and URL parsing carry a status. */
function bodyErrorStatus(error: unknown): ProblemStatus | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  if (error.status === 413 || error.status === 415) return error.status;
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500 ? 400 : undefined;
}

function bodyErrorDetail(status: ProblemStatus, error: unknown): string {
  if (status === 413) return tooLarge(error);
  return status === 415
    ? 'The body is compressed, or in a charset that is not understood.'
    : 'The body is not valid JSON.';
}

/** The error of express knows which limit it was. */
function tooLarge(error: unknown): string {
  const limit = error instanceof Error && 'limit' in error && typeof error.limit === 'number' ? error.limit : undefined;
  if (limit === undefined) return 'The body is too large.';
  const hint = limit === strangersBytes ? ' Send your token for more: `Authorization: Bearer <token>`.' : '';
  return `The body is larger than ${formatSize(limit)}.${hint}`;
}
