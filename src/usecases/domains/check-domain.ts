import { readFile } from 'node:fs/promises';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Certificate } from '../../entities/certificate.ts';
import type { Domain } from '../../entities/domain.ts';
import type { User } from '../../entities/user.ts';
import { applicationHost } from '../applications/application-address.ts';
import { countTasks, routedService, servicesOf } from '../applications/application-services.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { kindOf } from './address-kind.ts';
import type { CheckedDomain, DnsCheck, DomainChecks } from './domain-checks.ts';
import { type CertificateState, judgeCertificate, type StoredCertificate } from './judge-certificate.ts';
import { type Answer, type Endpoint, probePort } from './probe-port.ts';
import { lookUp, lookUpAtSource, type Records } from './dns-lookup.ts';
import { applicationOf, findDomain } from './find-domain.ts';
import { ownAddresses } from './own-addresses.ts';
import { probeText } from '../ingress/probe-text.ts';

/** Most addresses to probe. */
const knockedAt = 6;

/** Checks everything that visitors need to reach a domain, from the application to the certificate. */
export async function checkDomain(deps: Deps, request: { user: User; domain: string }): Promise<DomainChecks> {
  const { domain, application, deployed, stored } = await deps.database
    .asUser(request.user.id)
    .transactional((em) => readRows(em, deps, request.domain));
  const services = (await servicesOf(deps, application)).filter(({ name }) => name === routedService(application));
  const port = domain.port ?? application.dockerConfig.ports?.[0]?.container;
  const target = { application: applicationName(application), port, deployed, tasks: countTasks(services) };
  return { domain, target, ...(await checkServed(deps, domain, stored)) };
}

/** What visitors need of a domain that the ingress serves. */
export async function checkServed(
  deps: Pick<Deps, 'config' | 'resolver' | 'swarm'>,
  domain: CheckedDomain,
  stored: StoredCertificate | undefined,
): Promise<Pick<DomainChecks, 'certificate' | 'dns' | 'ports' | 'unreachable'>> {
  const { dns, knocks, unreachable } = await checkDns(deps, domain.domain, stored !== undefined);
  const { host, own } = dns;
  const listensHere = await ingressListens(deps, host);
  return {
    dns,
    unreachable,
    ports: knocks.map(({ door, answer: { kind } }) => {
      const isPrivate = kindOf(door.address) === 'private' && !own.includes(door.address);
      return { ...door, answer: isPrivate && kind !== 'ours' ? 'hidden' : kind, listensHere };
    }),
    certificate: domain.tlsEnabled ? await certificateState(deps, host, stored, knocks) : undefined,
  };
}

export interface Knock {
  door: Endpoint;
  answer: Answer;
}

/** Where the domain is, and whether the ingress answers there. @param secure Whether it is asked by HTTPS too. */
export async function checkDns(
  deps: Pick<Deps, 'config' | 'resolver' | 'swarm'>,
  domain: string,
  secure: boolean,
): Promise<{ dns: DnsCheck; knocks: Knock[]; unreachable: string[] }> {
  // Any name covered by the wildcard will do.
  const host = domain.replace(/^\*\./, 'shipmate-check.');
  const records = await lookUp(deps.resolver(), host);
  const unreachable = records.addresses.filter((address) => kindOf(address) === 'unreachable');
  const addresses = records.addresses.filter((address) => !unreachable.includes(address)).slice(0, knockedAt);
  const knocks = await knockEverywhere(deps, host, addresses, secure);
  const answering = knocks.filter(({ answer }) => answer.kind === 'ours').map(({ door }) => door.address);
  const dns = {
    domain,
    host,
    records,
    source: await sourceOf(deps, host, records, answering.length),
    own: await ownAddresses(deps),
    answering,
  };
  return { dns, knocks, unreachable };
}

interface Checked {
  domain: CheckedDomain;
  application: Application;
  deployed: boolean;
  stored: StoredCertificate | undefined;
}

async function readRows(em: EntityManager, { cipher, config }: Deps, name: string): Promise<Checked> {
  const own = await findByHost(em, config, name);
  if (own) {
    const domain = { domain: applicationHost(config, own), port: null, tlsEnabled: false };
    return { domain, application: own, deployed: await isDeployed(em, own), stored: undefined };
  }
  const domain = await findDomain(em, name);
  const application = await applicationOf(em, domain);
  const stored = await readStoredCertificate(em, { cipher }, domain);
  return { domain, application, deployed: await isDeployed(em, application), stored };
}

/** The newest certificate of a domain with its key; undefined without one. */
export async function readStoredCertificate(
  em: EntityManager,
  { cipher }: Pick<Deps, 'cipher'>,
  domain: Pick<Domain, 'id'>,
): Promise<StoredCertificate | undefined> {
  const [newest] = await em.find(
    Certificate,
    { domain: domain.id },
    { populate: ['privateKey'], orderBy: { createdAt: 'desc' }, limit: 1 },
  );
  return (
    newest && {
      certificate: newest.certificate,
      privateKey: cipher.decrypt(newest.privateKey, `certificates:${newest.id}:private_key`),
    }
  );
}

/** The visible application that has the host by itself, e.g. `api.shop.example.com`. */
async function findByHost(em: EntityManager, config: Deps['config'], name: string): Promise<Application | undefined> {
  const host = name.trim().toLowerCase().replace(/\.$/, '');
  const suffix = `.${config.baseDomain}`;
  if (!host.endsWith(suffix)) return undefined;
  const [application, project, ...more] = host.slice(0, -suffix.length).split('.');
  if (application === undefined || project === undefined || more.length > 0) return undefined;
  const where = { name: application, project: { name: project }, deletedAt: null };
  return (await em.findOne(Application, where, { populate: ['project'] })) ?? undefined;
}

async function isDeployed(em: EntityManager, { id }: Application): Promise<boolean> {
  const { rows } = await executeSql<{ deployed: boolean }>(
    em,
    `select exists (select from deployments where application_id = $1 and status in ('deploying', 'success')) as deployed`,
    [id],
  );
  return rows[0]?.deployed ?? false;
}

/** Probes HTTPS only with a certificate; without one nothing listens there. */
async function knockEverywhere(
  { config }: Pick<Deps, 'config'>,
  host: string,
  addresses: string[],
  secure: boolean,
): Promise<Knock[]> {
  const doors = addresses.flatMap((address): Endpoint[] => [
    { address, port: config.ingressHttpPort, secure: false },
    ...(secure ? [{ address, port: config.ingressHttpsPort, secure: true }] : []),
  ]);
  return Promise.all(doors.map(async (door) => ({ door, answer: await probePort(door, host, probeText(config)) })));
}

/** Queried only when something is wrong, to spare other people's name servers. */
async function sourceOf(
  { resolver }: Pick<Deps, 'resolver'>,
  host: string,
  records: Records,
  answering: number,
): Promise<Records | undefined> {
  return answering > 0 || records.problem === 'silent' ? undefined : lookUpAtSource(resolver, host);
}

async function ingressListens({ config }: Pick<Deps, 'config'>, host: string): Promise<boolean> {
  const door = { address: '127.0.0.1', port: config.ingressHttpPort, secure: false };
  return (await probePort(door, host, probeText(config))).kind === 'ours';
}

/** How the stored certificate stands, and whether visitors are shown it. */
export async function certificateState(
  { config }: Pick<Deps, 'config'>,
  host: string,
  stored: StoredCertificate | undefined,
  knocks: Knock[],
): Promise<CertificateState> {
  const { caFile } = config.acme;
  const own = caFile === undefined ? '' : await readFile(caFile, 'utf8').catch(() => '');
  const authorities = own.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  const shown = knocks.find(({ answer }) => answer.kind === 'ours' && answer.fingerprint)?.answer.fingerprint;
  return judgeCertificate({ host, stored, authorities: [...authorities], shown, now: new Date() });
}
