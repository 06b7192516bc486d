/** A certificate authority that speaks ACME. @see RFC 8555 */
export interface Authority {
  readonly directoryUrl: string;
  /**
   * Opens the account of the key (PEM); the authority creates one for an unknown key.
   * What is done with the account ends when `signal` aborts. Every method throws an `AuthorityError`.
   */
  open(accountKey: string, signal: AbortSignal): Promise<AcmeAccount>;
}

export interface AcmeAccount {
  /** Asks for a certificate of one host, which may begin with `*.`. */
  order(host: string): Promise<Order>;
  /** Undefined: the authority has forgotten the order. */
  find(url: string): Promise<Order | undefined>;
  /** Challenges of the given `type` that are still open; none while an earlier order's validation is still valid. */
  challenges(order: Order, type: ChallengeType): Promise<Challenge[]>;
  /** Has the authority validate the challenges and waits until all are valid. */
  validate(order: Order, challenges: Challenge[]): Promise<void>;
  /** Has the key (PEM) certified, or fetches what has been certified already. @returns the chain, PEM, leaf first. */
  certify(order: Order, host: string, key: string): Promise<string>;
}

export type ChallengeType = 'http-01' | 'dns-01';

export interface Order {
  url: string;
  status: 'pending' | 'ready' | 'processing' | 'valid' | 'invalid';
}

/** How the authority is shown that a host is ours. */
export interface Challenge {
  url: string;
  /** Without `*.`. */
  host: string;
  token: string;
  /**
   * HTTP-01: the body at `/.well-known/acme-challenge/<token>`. DNS-01: the value of the TXT record
   * `_acme-challenge.<host>`.
   */
  answer: string;
}
