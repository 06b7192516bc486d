import type { Domain } from '../../entities/domain.ts';
import type { Records } from './dns-lookup.ts';
import type { CertificateState } from './judge-certificate.ts';
import type { Answer, Endpoint } from './probe-port.ts';

/** What a check of a domain saw, from the application to the certificate. */
export interface DomainChecks {
  domain: Domain;
  target: TargetCheck;
  dns: DnsCheck;
  ports: PortCheck[];
  /** Addresses of DNS that no network leads to. */
  unreachable: string[];
  /** Undefined: the domain is served without TLS. */
  certificate: CertificateState | undefined;
}

export interface TargetCheck {
  /** `project/app`. */
  application: string;
  /** Undefined: it has none. */
  port: number | undefined;
  /** A version of it has been on Swarm. */
  deployed: boolean;
  tasks: { replicas: number; running: number };
}

export interface DnsCheck {
  /** What was asked for: for a pattern, one of the names it stands for. */
  host: string;
  domain: string;
  records: Records;
  /** What the domain's own name servers say, if they were asked. */
  source: Records | undefined;
  /** Where the ingress may be reached, as far as Shipmate knows. */
  own: string[];
  /** Addresses among the records where the ingress answered. */
  answering: string[];
}

export interface PortCheck extends Endpoint {
  /**
   * `hidden`: an address of a private network that is not ours. Whether anybody listens there is not disclosed, since a
   * domain may point anywhere.
   */
  answer: Answer['kind'] | 'hidden';
  /** The ingress answers on this host, whatever the outside sees. */
  listensHere: boolean;
}
