/**
 * Why there is no certificate:
 * - `unavailable`: the authority does not answer, or reports an internal error. A later retry may work.
 * - `rate-limited`: it asks to wait, until `retryAt` if given.
 * - `invalid`: it could not validate the domain's challenge.
 * - `refused`: retrying cannot help; somebody has to change something.
 * - `failed`: it is not the authority's fault.
 */
export type AuthorityErrorKind = 'unavailable' | 'rate-limited' | 'invalid' | 'refused' | 'failed';

interface AuthorityErrorOptions extends ErrorOptions {
  retryAt?: Date | undefined;
  /** The authority's own type of the problem, e.g. `urn:ietf:params:acme:error:rejectedIdentifier`. */
  problem?: string | undefined;
}

/** The message is for people: the authority's own words, and the next step if there is one. */
export class AuthorityError extends Error {
  override name = 'AuthorityError' as const;
  readonly kind: AuthorityErrorKind;
  readonly retryAt: Date | undefined;
  readonly problem: string | undefined;

  constructor(kind: AuthorityErrorKind, message: string, options: AuthorityErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
    this.retryAt = options.retryAt;
    this.problem = options.problem;
  }
}
