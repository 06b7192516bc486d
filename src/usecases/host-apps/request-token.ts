import { HostApp } from '../../entities/host-app.ts';
import { HostAppInstallation } from '../../entities/host-app-installation.ts';
import type { TokenUse } from '../../git-hosts/app-tokens.ts';
import { GitHostError } from '../../git-hosts/api.ts';
import {
  type AppInstallation,
  type AppPermissions,
  type AppToken,
  type HostAppApi,
  tokenRefusalOf,
} from '../../git-hosts/host-app.ts';
import { hostApps } from '../../git-hosts/registry.ts';
import type { Deps } from '../deps.ts';
import { openIdentity } from './app-keys.ts';
import { removeInstallation, storeInstallation } from './store-installation.ts';

type TokenDeps = Pick<Deps, 'cipher' | 'database' | 'hostAppApis'>;

/**
 * Asks the host for a token of an app that reaches one repository. What Shipmate knows of the installation may be out of
 * date, so the host is asked once more about it before the answer is no.
 * @throws {GitHostError} with what to do.
 */
export async function requestToken(
  deps: TokenDeps,
  { app: id, repository, use }: { app: string; repository: string; use: TokenUse },
): Promise<AppToken> {
  const app = await deps.database.asSystem().findOne(HostApp, id);
  if (!app) throw new GitHostError('its app was deleted. Connect the repository again', { refused: true });
  const asked: Asked = { app, api: deps.hostAppApis.open(openIdentity(deps, app)), repository, use };
  const known = await knownInstallation(deps, asked);
  if (known) {
    try {
      return await create(asked, known);
    } catch (error) {
      if (!(error instanceof GitHostError) || tokenRefusalOf(error) === undefined) throw error;
    }
  }
  return createAnew(deps, asked, known);
}

interface Asked {
  app: HostApp;
  api: HostAppApi;
  repository: string;
  use: TokenUse;
}

async function knownInstallation(
  { database }: TokenDeps,
  { app, repository }: Asked,
): Promise<HostAppInstallation | undefined> {
  const account = (repository.split('/')[0] ?? '').toLowerCase();
  const all = await database.asSystem().find(HostAppInstallation, { hostApp: app.id });
  return all.find((one) => one.account.toLowerCase() === account && !one.suspendedAt);
}

async function createAnew(
  deps: TokenDeps,
  asked: Asked,
  known: Pick<AppInstallation, 'number'> | undefined,
): Promise<AppToken> {
  const { api, app, repository } = asked;
  let installation: AppInstallation | undefined;
  try {
    installation = await api.installationOf(repository);
    const em = deps.database.asSystem();
    if (installation) await storeInstallation(em, app.id, installation);
    else if (known && !(await isInstalled(api, known))) await removeInstallation(em, app.id, known.number);
    if (installation) return await create(asked, installation);
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    throw explained(asked, error, installation);
  }
  throw notInstalled(asked, await knownInstallation(deps, asked));
}

async function isInstalled(api: HostAppApi, { number }: Pick<AppInstallation, 'number'>): Promise<boolean> {
  return (await api.installations()).some((one) => one.number === number);
}

async function create({ api, repository, use }: Asked, installation: Pick<AppInstallation, 'number' | 'permissions'>) {
  const permissions = granted(hostApps.permissions[use], installation.permissions);
  return api.createToken({ installation: installation.number, repository, permissions });
}

/** Accounts that have not accepted a right yet get along without what needs it. */
function granted(wanted: AppPermissions, given: AppPermissions): AppPermissions {
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, level]) => given[name] === level || given[name] === 'write'),
  );
}

function explained({ app, repository }: Asked, error: GitHostError, installation?: AppInstallation): GitHostError {
  const refusal = tokenRefusalOf(error);
  if (refusal === undefined) return error;
  const name = `The ${hostApps.title} \`${app.slug}\``;
  const sentences: Record<NonNullable<typeof refusal>, string> = {
    'unknown app':
      `${name} is deleted, or its private key was revoked. ` +
      `Create another (\`${hostApps.command} create\`), and connect its applications with it`,
    clock: clockText,
    suspended: `${name} is suspended for \`${installation?.account ?? repository}\`. Unsuspend it: ${pageOf(app, installation)}`,
    uninstalled: `${name} is not installed for \`${repository}\`. Install it: ${hostApps.installUrl(app)}`,
    'not selected': `${name} may not read \`${repository}\`. Add the repository, or accept the rights: ${pageOf(app, installation)}`,
  };
  return new GitHostError(sentences[refusal], { ...(error.status && { status: error.status }), refused: true });
}

/** Hosts take the proof of an app for some minutes around its time. */
export const clockText =
  'The clock of this machine differs from that of the git host by more than a minute, so it does not believe who Shipmate is. ' +
  'Set the clock, e.g. with NTP (`timedatectl`)';

type Placed = Pick<AppInstallation, 'account' | 'accountType' | 'number'>;

function notInstalled({ app, repository }: Asked, other: Placed | undefined): GitHostError {
  const account = repository.split('/')[0] ?? '';
  if (!other && app.owner.toLowerCase() !== account.toLowerCase()) {
    const create = `${hostApps.command} create${hostOption(app)} --organization ${account}`;
    const text =
      `The ${hostApps.title} \`${app.slug}\` is not installed for \`${repository}\`. It belongs to \`${app.owner}\` and can be ` +
      `installed there only, unless it is public. Create one for \`${account}\` (\`${create}\`), or make it public ` +
      `(${settingsOf(app)}) and install it: ${hostApps.installUrl(app)}`;
    return new GitHostError(text, { refused: true });
  }
  const what = other
    ? `does not reach \`${repository}\`. Add it`
    : `is not installed for \`${repository}\`. Install it`;
  return new GitHostError(`The ${hostApps.title} \`${app.slug}\` ${what}: ${pageOf(app, other)}`, { refused: true });
}

function hostOption({ server }: HostApp): string {
  return server === hostApps.server ? '' : ` --host ${server.replace(/^https:\/\//, '')}`;
}

function settingsOf({ ofOrganization: isOrganization, owner, server, slug }: HostApp): string {
  return hostApps.settingsUrl({ isOrganization, owner, server, slug });
}

function pageOf(app: HostApp, installation: Placed | undefined): string {
  return installation ? hostApps.installationUrl(app.server, installation) : hostApps.installUrl(app);
}
