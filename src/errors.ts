/**
 * A mistake that the person can correct. Its message is shown verbatim, so it names what is wrong
 * and the next step. Every other error is a bug or an outage: it is logged with an id, and the person
 * sees only that id.
 */
export class UserError extends Error {
  override name = 'UserError';
}

/** The request was not understood: unknown command, missing or malformed option. */
export class UsageError extends UserError {
  override name = 'UsageError' as const;
}

/** The named resource does not exist, or the person may not see it. */
export class NotFoundError extends UserError {
  override name = 'NotFoundError' as const;
}

/** The person is known but lacks the role. */
export class ForbiddenError extends UserError {
  override name = 'ForbiddenError' as const;
}

/** No account is known for the person who asked. */
export class UnauthenticatedError extends UserError {
  override name = 'UnauthenticatedError' as const;
}

/** The request conflicts with the current state: a name is taken, a deployment has already ended. */
export class ConflictError extends UserError {
  override name = 'ConflictError' as const;
}

/** What takes the place of an action that is out of date: a label, a command line and the question before it. */
export interface Offer {
  label: string;
  command: string;
  confirm: string;
}

/** What a button was made for has changed. The message says what is true now, and the offers act on that. */
export class OutdatedError extends ConflictError {
  readonly offers: Offer[];

  constructor(message: string, offers: Offer[]) {
    super(message);
    this.offers = offers;
  }
}

/** Too many attempts, requests or bytes from one client within a period. */
export class TooManyRequestsError extends UserError {
  override name = 'TooManyRequestsError' as const;
  /** Time until the next attempt is allowed, milliseconds. */
  readonly waitMs: number;

  constructor(message: string, waitMs: number) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** A service that Shipmate needs does not answer: PostgreSQL, Docker, a git host. A retry may work. */
export class UnavailableError extends UserError {
  override name = 'UnavailableError' as const;
}
