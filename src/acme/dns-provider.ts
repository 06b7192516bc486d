/** Sets the TXT records that prove a domain by DNS-01. Both may be called again with the same values. */
export interface DnsProvider {
  /** For messages, e.g. `Cloudflare`. */
  readonly name: string;
  /** Adds a value to the name's records. @throws {DnsProviderError} */
  set(name: string, value: string): Promise<void>;
  /** Takes that value away and no other. @throws {DnsProviderError} */
  remove(name: string, value: string): Promise<void>;
}

/** The message is for persons. */
export class DnsProviderError extends Error {
  override name = 'DnsProviderError' as const;
}
