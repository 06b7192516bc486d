import type { Domain } from '../../entities/domain.ts';
import type { Records } from './dns-lookup.ts';
import type { CertificateState } from './judge-certificate.ts';
import type { Answer, Endpoint } from './probe-port.ts';

/** Results of a domain check, from the application to the certificate. */
export interface DomainChecks {
  domain: CheckedDomain;
  target: TargetCheck;
  dns: DnsCheck;
  ports: PortCheck[];
  /** Addresses in DNS that are not routable. */
  unreachable: string[];
  /** Undefined: the domain is served without TLS. */
  certificate: CertificateState | undefined;
}

/** A domain that was added, or the host that an application has by itself. */
export type CheckedDomain = Pick<Domain, 'domain' | 'port' | 'tlsEnabled'>;

export interface TargetCheck {
  /** `project/app`. */
  application: string;
  /** Undefined: the application has none. */
  port: number | undefined;
  /** Whether a version has ever been on Swarm. */
  deployed: boolean;
  tasks: { replicas: number; running: number };
}

export interface DnsCheck {
  /** The queried host; for a wildcard, one of the names it covers. */
  host: string;
  domain: string;
  records: Records;
  /** Records of the authoritative name servers, if queried. */
  source: Records | undefined;
  /** Known addresses of the ingress. */
  own: string[];
  /** Addresses among the records where the ingress answered. */
  answering: string[];
}

export interface PortCheck extends Endpoint {
  /**
   * `hidden`: an address in a foreign private network. Whether anything listens there is not disclosed, since a
   * domain may point anywhere.
   */
  answer: Answer['kind'] | 'hidden';
  /** Whether the ingress answers on this host, regardless of what is visible from outside. */
  listensHere: boolean;
}
