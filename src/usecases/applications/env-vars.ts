import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { EnvVar } from '../../entities/env-var.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, NotFoundError, UsageError } from '../../errors.ts';
import { envVarIdentity } from './application-environment.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { applicationName, findApplication } from './find-application.ts';
import { lockApplicationRow } from './lock-application-row.ts';
import { actor, type Origin } from '../origin.ts';
import { allOf } from '../../word-lists.ts';
import { quoted } from '../../quoted.ts';

/** Longest value, characters: a kernel passes at most 128 KiB in one variable. */
const maxValueLength = 100_000;

export interface EnvRequest {
  user: User;
  application: string;
  origin: Origin;
}

export interface ShownVariable {
  key: string;
  /** Undefined when it is secret. */
  value: string | undefined;
  /** Whether only builds get it. */
  forBuild: boolean;
}

/** Plain variables live with the application (`applications.env_vars`), secret ones encrypted in `env_vars`. */
export async function listEnv(
  deps: Deps,
  { user, application: name }: Pick<EnvRequest, 'user' | 'application'>,
): Promise<{ application: Application; variables: ShownVariable[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, name);
    const rows = await em.find(EnvVar, { application });
    const plain = Object.entries(application.envVars).map(([key, value]) => ({ key, value, forBuild: false }));
    const stored = rows.map(({ forBuild, isSecret, key, value }) => ({
      key,
      value: isSecret ? undefined : value,
      forBuild,
    }));
    return { application, variables: [...plain, ...stored].sort((a, b) => a.key.localeCompare(b.key)) };
  });
}

/**
 * Sets variables; they apply at the next deployment.
 * @throws {UsageError} when a key or value is refused; {ConflictError} when a plain value would replace a secret.
 */
export async function setEnv(
  deps: Deps,
  request: EnvRequest & { variables: Record<string, string>; secret: boolean; forBuild?: boolean },
): Promise<Application> {
  const entries = Object.entries(request.variables);
  if (entries.length === 0) throw new UsageError('No variables were given. Write them as `KEY=VALUE`.');
  for (const [key, value] of entries) requireVariable(key, value);
  const { forBuild = false, secret } = request;
  return changeVariables(deps, request, async (em, application) => {
    if (secret) await storeSecrets(deps, em, application, { entries, forBuild });
    else await storePlain(em, application, request.variables);
    const keys = entries.map(([key]) => key);
    return { action: 'application.env_set', keys, secret, ...(forBuild && { build: true }) };
  });
}

/**
 * Turns secrets into plain variables of the same value, readable by everybody who sees the application.
 * @throws {NotFoundError} when one of the keys is not a secret; nothing is changed then.
 */
export async function makePlain(deps: Deps, request: EnvRequest & { keys: string[] }): Promise<Application> {
  return changeVariables(deps, request, async (em, application) => {
    const rows = await em.find(EnvVar, { application, isSecret: true, key: { $in: request.keys } });
    const missing = request.keys.filter((key) => !rows.some((row) => row.key === key));
    if (missing.length > 0) throw new NotFoundError(`Not a secret: ${allOf(missing)}.`);
    for (const row of rows) {
      em.assign(row, { value: deps.cipher.decrypt(row.value, envVarIdentity(row)), isSecret: false, forBuild: false });
    }
    return { action: 'application.env_set', keys: request.keys, secret: false, before: { secret: true } };
  });
}

/** @throws {NotFoundError} when one of the keys is not set; nothing is changed then. */
export async function unsetEnv(deps: Deps, request: EnvRequest & { keys: string[] }): Promise<Application> {
  return changeVariables(deps, request, async (em, application) => {
    const rows = await em.find(EnvVar, { application, key: { $in: request.keys } });
    const known = new Set([...Object.keys(application.envVars), ...rows.map((row) => row.key)]);
    const missing = request.keys.filter((key) => !known.has(key));
    if (missing.length > 0) throw new NotFoundError(`Not set: ${allOf(missing)}.`);
    application.envVars = without(application.envVars, request.keys);
    for (const row of rows) em.remove(row);
    return { action: 'application.env_unset', keys: request.keys };
  });
}

/** @throws {UsageError} when no container could have this variable. */
export function requireVariable(key: string, value: string): void {
  if (!/^[A-Z_][A-Z0-9_]*$/.test(key) || key.length > 255) {
    const example =
      key
        .toUpperCase()
        .replaceAll(/[^A-Z0-9_]/g, '_')
        .replace(/^(?=\d)/, '_') || 'LOG_LEVEL';
    throw new UsageError(
      `${quoted(key)} cannot name a variable: use capital letters, digits and \`_\`, starting with a letter or \`_\`, e.g. \`${example}\`.`,
    );
  }
  if (value.length > maxValueLength)
    throw new UsageError(`The value of ${quoted(key)} is longer than ${maxValueLength} characters.`);
  if (value.includes('\0')) throw new UsageError(`The value of ${quoted(key)} contains a NUL character.`);
}

interface Changed {
  action: string;
  keys: string[];
  secret?: boolean;
  build?: true;
  before?: { secret: boolean };
}

async function changeVariables(
  deps: Deps,
  request: EnvRequest,
  apply: (em: EntityManager, application: Application) => Promise<Changed>,
): Promise<Application> {
  const access = { user: request.user, intent: 'change' } as const;
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, access);
    await lockApplicationRow(em, application);
    const { action, ...details } = await apply(em, application);
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action,
      resourceType: 'application',
      resourceId: application.id,
      // Names only: the audit log is read by more people than the variables are.
      details: {
        kind: 'env_var',
        application: applicationName(application),
        ...details,
      },
    });
    return application;
  });
}

async function storePlain(
  em: EntityManager,
  application: Application,
  variables: Record<string, string>,
): Promise<void> {
  const rows = await em.find(EnvVar, { application, key: { $in: Object.keys(variables) } });
  const first = rows.find((row) => row.isSecret);
  if (first) {
    throw new ConflictError(
      `\`${first.key}\` is a secret. Change it with \`--secret\`, or make it plain first: ` +
        `\`env set ${applicationName(application)} ${first.key} --plain\`.`,
    );
  }
  for (const row of rows) em.assign(row, { value: variables[row.key] ?? row.value, database: null });
  const stored = rows.map((row) => row.key);
  application.envVars = { ...application.envVars, ...without(variables, stored) };
}

async function storeSecrets(
  deps: Deps,
  em: EntityManager,
  application: Application,
  { entries, forBuild }: { entries: [string, string][]; forBuild: boolean },
): Promise<void> {
  const keys = entries.map(([key]) => key);
  const rows = new Map((await em.find(EnvVar, { application, key: { $in: keys } })).map((row) => [row.key, row]));
  application.envVars = without(application.envVars, keys);
  for (const [key, plain] of entries) {
    const row = rows.get(key);
    const id = row?.id ?? randomUUID();
    const value = deps.cipher.encrypt(plain, envVarIdentity({ id }));
    // Even if it came from an attached database: it is no longer that database's connection string.
    if (row) em.assign(row, { value, isSecret: true, forBuild, database: null });
    else {
      const owner = em.getReference(Application, application.id);
      em.create(EnvVar, { id, application: owner, key, value, isSecret: true, forBuild });
    }
  }
}

function without(variables: Record<string, string>, keys: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([key]) => !keys.includes(key)));
}
