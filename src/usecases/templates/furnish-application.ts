import type { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { UserError } from '../../errors.ts';
import { applicationHost, urlAt } from '../applications/application-address.ts';
import { applicationName } from '../applications/find-application.ts';
import { attachDatabase } from '../databases/attach-database.ts';
import { createDatabase } from '../databases/create-database.ts';
import type { Deps } from '../deps.ts';
import { addDomain } from '../domains/change-domains.ts';
import type { Origin } from '../origin.ts';
import { setVariables } from '../variables/change-variables.ts';
import { databaseNames, type TemplatePlan } from './plan-template.ts';

export interface Furnished {
  /** Full names. */
  databases: string[];
  /** Where visitors find it; undefined for a template that nobody visits. */
  address: string | undefined;
}

interface FurnishRequest {
  user: User;
  origin: Origin;
  application: Application;
}

/**
 * Gives a new application what its template says: databases, variables, a domain.
 * @throws {UserError} that names the application, which stays, and how to begin again.
 */
export async function furnishApplication(deps: Deps, plan: TemplatePlan, request: FurnishRequest): Promise<Furnished> {
  const name = applicationName(request.application);
  try {
    const databases = await makeDatabases(deps, plan, request);
    const address = addressOf(deps, plan, request.application);
    await giveVariables(deps, plan, request, address);
    if (plan.domain !== undefined) await serveDomain(deps, plan.domain, request);
    return { databases, address };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `\`${name}\` is created, but lacks a part of its template: ${error.message} To begin again: \`app archive ${name}\`, ` +
        'and `db delete` for its databases.',
    );
  }
}

async function makeDatabases(
  deps: Deps,
  { template }: TemplatePlan,
  { application, origin, user }: FurnishRequest,
): Promise<string[]> {
  const full = applicationName(application);
  const names = databaseNames(full, template);
  for (const [at, { as: key, type, version }] of template.manifest.databases.entries()) {
    const name = names[at] ?? '';
    await createDatabase(deps, { user, origin, name, type, version, settings: [] });
    await attachDatabase(deps, { user, origin, name, application: full, key });
  }
  return names;
}

function addressOf({ config }: Deps, { domain, template }: TemplatePlan, application: Application): string | undefined {
  if (template.manifest.port === undefined) return undefined;
  return domain === undefined
    ? urlAt(config, applicationHost(config, application), false)
    : urlAt(config, domain, true);
}

async function giveVariables(
  deps: Deps,
  { template: { manifest }, values }: TemplatePlan,
  { application, origin, user }: FurnishRequest,
  address: string | undefined,
): Promise<void> {
  const key = manifest.address;
  const plain = { ...(key !== undefined && address !== undefined && { [key]: address }), ...values.plain };
  const request = { user, origin, of: { application: applicationName(application) } };
  if (Object.keys(plain).length > 0) await setVariables(deps, { ...request, variables: plain, kind: 'plain' });
  if (Object.keys(values.secret).length > 0)
    await setVariables(deps, { ...request, variables: values.secret, kind: 'secret' });
}

async function serveDomain(deps: Deps, domain: string, { application, origin, user }: FurnishRequest): Promise<void> {
  const settings = { tls: true };
  await addDomain(deps, {
    user,
    origin,
    domain,
    application: applicationName(application),
    wwwRedirect: false,
    settings,
  });
}
