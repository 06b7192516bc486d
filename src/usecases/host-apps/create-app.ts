import { executeSql } from '../../database/database.ts';
import { HostApp } from '../../entities/host-app.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, UnauthenticatedError, UnavailableError, UserError } from '../../errors.ts';
import { GitHostError } from '../../git-hosts/api.ts';
import type { CreatedApp } from '../../git-hosts/host-app.ts';
import { appProvider, hostApps } from '../../git-hosts/registry.ts';
import { webhookUrl } from '../connections/webhook-place.ts';
import { roleAtLeast } from '../access/roles.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { hostAppIdentity } from './app-keys.ts';
import { appPaths, type LinkState, readState } from './app-link.ts';

/** What the page posts to the host: the manifest, and where. */
export interface AppForm {
  action: string;
  manifest: string;
}

/** @throws {UnauthenticatedError} when the link was used or its time is over. */
export async function readAppForm(deps: Deps, sealed: string): Promise<AppForm> {
  const { organization, server } = (await openLink(deps, sealed)).state;
  const { publicUrl } = deps.config;
  const action = `${hostApps.creationUrl(server, organization)}?${new URLSearchParams({ state: sealed }).toString()}`;
  const manifest = hostApps.manifest({ publicUrl, redirectUrl: `${publicUrl}${appPaths.created}` });
  return { action, manifest: JSON.stringify(manifest) };
}

export interface StoredApp {
  name: string;
  slug: string;
  installUrl: string;
}

/**
 * Exchanges the code of the host for the keys of the app that somebody has just created there, and stores them encrypted.
 * @throws {UnauthenticatedError} when the link was used or its time is over, {UserError} when the host refuses the code.
 */
export async function storeCreatedApp(
  deps: Deps,
  { code, origin, state: sealed }: { code: string; state: string; origin: Origin },
): Promise<StoredApp> {
  const { state, user } = await openLink(deps, sealed);
  const created = await convert(deps, state.server, code);
  await deps.database.asSystem().transactional(async (em) => {
    const seal = (key: Parameters<typeof hostAppIdentity>[1], value: string) =>
      deps.cipher.encrypt(value, hostAppIdentity(state, key));
    const { rows } = await executeSql(
      em,
      `insert into host_apps (id, server, number, slug, name, owner, of_organization, client_id, client_secret,
         private_key, webhook_secret, hook_url, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning id`,
      [
        state.id,
        state.server,
        created.number,
        created.slug,
        created.name,
        created.owner,
        state.organization !== undefined,
        created.clientId,
        seal('client_secret', created.clientSecret),
        seal('private_key', created.privateKey),
        seal('webhook_secret', created.webhookSecret),
        webhookUrl(deps.config, appProvider),
        user.id,
      ],
    );
    if (rows.length === 0) throw new ConflictError(`Shipmate has this ${hostApps.title} already.`);
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'app.create',
      resourceType: 'user',
      resourceId: user.id,
      details: { kind: 'host_app', app: state.id, server: state.server, slug: created.slug, owner: created.owner },
    });
  });
  const { name, slug } = created;
  return { name, slug, installUrl: hostApps.installUrl({ server: state.server, slug }) };
}

async function openLink(deps: Deps, sealed: string): Promise<{ state: LinkState; user: User }> {
  const state = readState(deps, sealed);
  const em = deps.database.asSystem();
  const user = state && (await em.findOne(User, state.user));
  const isUsed = state && (await em.count(HostApp, { id: state.id })) > 0;
  const may = user && user.sessionGeneration === state.generation && roleAtLeast(user.role, 'admin');
  if (!may || isUsed) {
    throw new UnauthenticatedError(
      `This link was used or has expired. Run \`${hostApps.command} create\` for a new one.`,
    );
  }
  return { state, user };
}

async function convert(deps: Deps, server: string, code: string): Promise<CreatedApp> {
  try {
    return await deps.hostAppApis.convert(server, code);
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    deps.logger.warn({ err: error, server }, 'the git host did not hand over a new app');
    if (!error.refused) throw new UnavailableError(`${server} does not answer: ${error.message}. Reload this page.`);
    throw new UserError(
      `${server} does not take this code any more: it works once, within an hour. Delete the app there, and run ` +
        `\`${hostApps.command} create\` again.`,
    );
  }
}
