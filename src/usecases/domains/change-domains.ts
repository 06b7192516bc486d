import type { EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { Domain } from '../../entities/domain.ts';
import { ConflictError, ForbiddenError, UsageError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import { lockApplicationRow } from '../applications/lock-application-row.ts';
import { tryReconcileGateways } from '../gateways/reconcile-gateways.ts';
import { tryReconcileIngress } from '../ingress/reconcile-ingress.ts';
import { requestCertificate } from './request-certificate.ts';
import { type DomainRequest, recordDomainChange } from './domain-request.ts';
import { targetNames } from './domain-target.ts';
import { requireDomain, wwwTwin } from './domain-name.ts';
import { applyDomainSettings, type DomainSettings, requireConsistent } from './domain-settings.ts';
import { applicationOf, findDomain, projectOf } from './find-domain.ts';
import { requireFreeDomain } from './require-free-domain.ts';

export interface ChangedDomain {
  domain: Domain;
  application: Application;
  /** The `www.` or bare domain that redirects to it. */
  twin: string | undefined;
  /** Whether the ingress already applies it; otherwise it will within a minute. */
  applied: boolean;
}

export interface RemovedDomain extends Pick<ChangedDomain, 'domain' | 'twin' | 'applied'> {
  /** `project/name` of the application or database. */
  target: string;
}

/**
 * Adds a host name to an application.
 * @throws {ConflictError} when the name is taken; {UsageError} when the application has no such port.
 */
export async function addDomain(
  deps: Deps,
  request: DomainRequest & { application: string; wwwRedirect: boolean; settings: DomainSettings },
): Promise<ChangedDomain> {
  const name = requireDomain(request.domain);
  const twin = request.wwwRedirect ? requireTwin(name) : undefined;
  const made = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, { user: request.user, intent: 'change' });
    await lockApplicationRow(em, application);
    const { project } = application;
    for (const host of twin ? [name, twin] : [name]) await requireFreeDomain(em, deps.config, host, project);
    const domain = createDomain(em, application, name);
    applyDomainSettings(domain, request.settings);
    requirePort(application, domain);
    requireConsistent(domain);
    if (twin) createDomain(em, application, twin, domain).tlsEnabled = domain.tlsEnabled;
    await em.flush();
    for (const host of twin ? [name, twin] : [name]) await requestFor(deps, em, host);
    await recordDomainChange(em, request, 'domain.add', domain, {
      application: applicationName(application),
      redirect: twin,
    });
    return { domain, application, twin };
  });
  return { ...made, applied: await tryReconcileIngress(deps) };
}

/** Changes the given settings. `wwwRedirect` adds or removes the redirect from the `www` twin. */
export async function setDomain(
  deps: Deps,
  request: DomainRequest & { wwwRedirect?: boolean | undefined; settings: DomainSettings },
): Promise<ChangedDomain> {
  const changed = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const domain = await findDomain(em, request.domain, { user: request.user, intent: 'change' });
    requireMain(domain);
    const application = await applicationOf(em, domain);
    await lockApplicationRow(em, application);
    const { before, after } = applyDomainSettings(domain, request.settings);
    requirePort(application, domain);
    requireConsistent(domain);
    const twin = await setTwin(em, deps, request.wwwRedirect, domain, application);
    await em.flush();
    if (after['tlsEnabled'] === true) await requestFor(deps, em, domain.domain);
    const redirect = request.wwwRedirect === undefined ? {} : { redirect: twin ?? 'none' };
    await recordDomainChange(em, request, 'domain.set', domain, { before, after: { ...after, ...redirect } });
    return { domain, application, twin };
  });
  return { ...changed, applied: await tryReconcileIngress(deps) };
}

/** Removes a domain and its redirects; the host name is free immediately. */
export async function removeDomain(deps: Deps, request: DomainRequest): Promise<RemovedDomain> {
  const removed = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const domain = await findDomain(em, request.domain, { user: request.user, intent: 'change' });
    const target = (await targetNames(em, [domain])).get(domain.targetId) ?? '';
    const [twin] = await em.find(Domain, { redirectTo: domain });
    await recordDomainChange(em, request, 'domain.remove', domain, {
      [domain.targetType]: target,
      redirect: twin?.domain,
    });
    if ((await em.nativeDelete(Domain, { id: domain.id })) === 0) {
      throw new ForbiddenError(`Only members of the team of \`${projectOf(domain).name}\` can remove its domains.`);
    }
    return { domain, target, twin: twin?.domain };
  });
  const reconcile = removed.domain.targetType === 'database' ? tryReconcileGateways : tryReconcileIngress;
  return { ...removed, applied: await reconcile(deps) };
}

function createDomain(em: EntityManager, application: Application, domain: string, redirectTo?: Domain): Domain {
  const { project, id: targetId } = application;
  return em.create(Domain, { project, domain, targetType: 'application', targetId, redirectTo: redirectTo ?? null });
}

async function setTwin(
  em: EntityManager,
  { config }: Deps,
  wanted: boolean | undefined,
  domain: Domain,
  application: Application,
): Promise<string | undefined> {
  const [present] = await em.find(Domain, { redirectTo: domain });
  if (present) present.tlsEnabled = domain.tlsEnabled;
  if (wanted === undefined || wanted === Boolean(present)) return present?.domain;
  if (present) {
    em.remove(present);
    return undefined;
  }
  const twin = requireTwin(domain.domain);
  await requireFreeDomain(em, config, twin, application.project);
  createDomain(em, application, twin, domain).tlsEnabled = domain.tlsEnabled;
  return twin;
}

async function requestFor(deps: Deps, em: EntityManager, host: string): Promise<void> {
  const domain = await em.findOneOrFail(Domain, { domain: host });
  if (domain.tlsEnabled) await requestCertificate(deps, em, domain);
}

function requireTwin(domain: string): string {
  if (!domain.startsWith('*.')) return wwwTwin(domain);
  throw new UsageError(`\`${domain}\` already covers \`www\`; \`--www\` applies to a single host name.`);
}

function requireMain({ domain, redirectTo }: Domain): void {
  if (!redirectTo) return;
  throw new ConflictError(
    `\`${domain}\` only redirects to \`${redirectTo.domain}\`. Change that domain, or \`domain remove ${domain}\`.`,
  );
}

function requirePort(application: Application, { port }: Domain): void {
  if (port || application.dockerConfig.ports?.length) return;
  const name = applicationName(application);
  throw new UsageError(
    `\`${name}\` has no port to route to. Set it for this domain with \`--port 3000\`, or for the application: ` +
      `\`app set ${name} port=3000\`.`,
  );
}
