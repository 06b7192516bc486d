import type { ErrorRequestHandler } from 'express';
import { UserError } from '../../../errors.ts';
import { logUnexpected, outageOf } from '../../../unexpected-error.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { refusalOf } from '../../constraint-sentences.ts';
import { httpStatusOf, isAway, type ProblemStatus, problemTitles, sendRefusal, setRetryAfter } from '../problem.ts';
import { sendPage } from './render.ts';
import { personOf } from './viewer.ts';

const nextSteps: Partial<Record<ProblemStatus, string>> = {
  401: 'Type `open` in chat for a link that signs this browser in, or enter an API token below.',
  403: 'Ask an admin of the project’s team or of Shipmate for access (`whoami` shows your role).',
  404: 'The address may be mistyped, or the project belongs to a team you are not in. The overview lists your projects.',
  503: 'Reload this page in a few seconds.',
};

/** Turns errors into pages for browsers and into problem details for programs. */
export function problemPage(deps: Deps): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = refusalOf(error) ?? error;
    const status = known instanceof UserError ? httpStatusOf(known) : undefined;
    if (request.accepts(['json', 'html']) !== 'html') {
      return known instanceof UserError ? sendRefusal(response, known) : next(error);
    }
    // Parser errors carry their own status; the next handler knows them.
    if (!status && error instanceof Error && 'status' in error) return next(error);
    const shown = status ?? (outageOf(error) !== undefined || (await isAway(deps.database)) ? 503 : 500);
    const message =
      known instanceof UserError ? known.message : logUnexpected(deps, error, 'unexpected error').sentence;
    setRetryAfter(response, known);

    sendPage(
      response,
      'problem',
      {
        title: shown === 401 ? 'Sign in' : problemTitles[shown],
        user: shown === 503 ? undefined : await personOf(deps, request).catch(() => undefined),
        message,
        nextStep: nextSteps[shown],
        signIn: shown === 401,
        here: request.path,
      },
      shown,
    );
  };
}
