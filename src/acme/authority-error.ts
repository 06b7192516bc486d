/**
 * Why there is no certificate:
 * - `unavailable`: the authority does not answer, or says that it is not well. Trying again later may work.
 * - `rate-limited`: it asks to wait, until `retryAt` where it says so.
 * - `invalid`: it looked at the domain and did not find the answer to its challenge.
 * - `refused`: it will not do this, whoever asks how often; somebody has to change something.
 * - `failed`: it is not the authority's fault.
 */
export type AuthorityErrorKind = 'unavailable' | 'rate-limited' | 'invalid' | 'refused' | 'failed';

interface AuthorityErrorOptions extends ErrorOptions {
  retryAt?: Date | undefined;
  /** The authority's own type of the problem, e.g. `urn:ietf:params:acme:error:rejectedIdentifier`. */
  problem?: string | undefined;
}

/** The message is for persons: the authority's own words, and the next step where there is one. */
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
