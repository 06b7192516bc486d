import type { Config } from '../config.ts';
import { acmeAuthority, type AuthorityOptions } from './acme-client.ts';
import type { Authority } from './authority.ts';
import { cloudflare } from './cloudflare.ts';
import type { DnsProvider } from './dns-provider.ts';
import { createProbe, type Probe, type ProbeOptions } from './challenge-probe.ts';

/** What it takes to get a certificate. */
export interface Acme {
  authority: Authority;
  probe: Probe;
  /** Undefined: no DNS-01, so no wildcards. */
  dns: DnsProvider | undefined;
}

export function createAcme(
  { acme, dns }: Pick<Config, 'acme' | 'dns'>,
  options: Partial<AuthorityOptions> & ProbeOptions = {},
): Acme {
  return {
    authority: acmeAuthority({ ...acme, ...options }),
    probe: createProbe(options),
    dns: dns && cloudflare(dns),
  };
}
