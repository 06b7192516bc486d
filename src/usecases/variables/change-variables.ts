import type { EntityManager } from '../../database/database.ts';
import { ConflictError, NotFoundError, UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { allOf } from '../../word-lists.ts';
import { didYouMean } from '../../closest-name.ts';
import type { Deps } from '../deps.ts';
import { actor } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { referencesIn } from '../shared-variables/shared-references.ts';
import { environmentOf, loadSharedValues, previewEnvironment } from '../shared-variables/shared-values.ts';
import { findScope } from './find-scope.ts';
import { recordChange } from './record-change.ts';
import { requireResolvable } from './require-resolvable.ts';
import type { NewVariable, StoredVariable, VariableRequest, VariableScope } from './variable-scope.ts';
import { type Affected, whoIsAffected } from './who-is-affected.ts';

/** Longest value, characters: a kernel passes at most 128 KiB in one variable. */
const maxValueLength = 100_000;

export interface ChangedVariables {
  scope: VariableScope;
  /** What was asked for, whether or not its value is another one. */
  keys: string[];
  /** Of shared variables: who refers to what has changed. */
  affected: Affected[];
  /** Shared variables that the new values name, and that are not set yet, with the closest name. */
  notShared: { name: string; hint: string }[];
}

/**
 * Sets variables; they apply at the next deployment.
 * @throws {UsageError} when a key or value is refused; {ConflictError} when a plain value would replace a secret.
 */
export async function setVariables(
  deps: Deps,
  request: VariableRequest & { variables: Record<string, string>; kind: NewVariable['kind'] },
): Promise<ChangedVariables> {
  const entries = Object.entries(request.variables);
  if (entries.length === 0) throw new UsageError('No variables were given. Write them as `KEY=VALUE`.');
  for (const [key, value] of entries) requireVariable(key, value);
  const { kind } = request;
  return changeVariables(deps, request, (scope, stored) => {
    const secret = entries.find(([key]) => kind === 'plain' && (stored.get(key)?.kind ?? 'plain') !== 'plain');
    if (secret) throw new ConflictError(scope.refusePlain(secret[0]));
    return {
      verb: 'set',
      details: { secret: kind !== 'plain', ...(kind === 'build' && { build: true }) },
      variables: new Map(entries.map(([key, value]) => [key, { kind, value }])),
    };
  });
}

/**
 * Turns secrets into plain variables of the same value, readable by everybody who sees the application.
 * @throws {NotFoundError} when one of the keys is not a secret; nothing is changed then.
 */
export async function makePlain(deps: Deps, request: VariableRequest & { keys: string[] }): Promise<ChangedVariables> {
  return changeVariables(deps, request, (scope, stored) => {
    const missing = request.keys.filter((key) => (stored.get(key)?.kind ?? 'plain') === 'plain');
    if (missing.length > 0) throw new NotFoundError(`Not a secret: ${allOf(missing)}.`);
    const value = (key: string) => ({ kind: 'plain' as const, value: stored.get(key)?.reveal() ?? '' });
    return {
      verb: 'set',
      details: { secret: false, before: { secret: true } },
      variables: new Map(request.keys.map((key) => [key, value(key)])),
    };
  });
}

/** @throws {NotFoundError} when one of the keys is not set; nothing is changed then. */
export async function unsetVariables(
  deps: Deps,
  request: VariableRequest & { keys: string[] },
): Promise<ChangedVariables> {
  return changeVariables(deps, request, (scope, stored) => {
    const missing = request.keys.filter((key) => !stored.has(key));
    const whose = scope.forPreviews ? ' for previews' : '';
    if (missing.length > 0) throw new NotFoundError(`Not set${whose}: ${allOf(missing)}.`);
    return { verb: 'unset', variables: new Map(request.keys.map((key) => [key, undefined])) };
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

interface Change {
  verb: 'set' | 'unset' | 'rollback';
  details?: Record<string, unknown>;
  variables: ReadonlyMap<string, NewVariable | undefined>;
  /** Of a rollback. */
  backTo?: number;
}

type Stored = ReadonlyMap<string, StoredVariable>;

/** Changes the variables of a scope as `decide` says, keeps what they were, and writes the audit log. */
export async function changeVariables(
  deps: Deps,
  { of, origin, user }: VariableRequest,
  decide: (scope: VariableScope, stored: Stored, em: EntityManager) => Change | Promise<Change>,
): Promise<ChangedVariables> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const scope = await findScope(deps, em, of, { user, intent: 'change' });
    await scope.lock(em);
    const before = await scope.read(em);
    const { backTo, details, variables, verb } = await decide(scope, before, em);
    await scope.write(em, variables);
    await em.flush();
    const after = await scope.read(em);
    const given = { before, after, user, ...(backTo !== undefined && { backTo }) };
    const changed = await recordChange(deps, em, scope, given);
    const keys = [...variables.keys()];
    const affected = scope.application ? [] : await whoIsAffected(deps, em, scope, changed);
    if (!scope.application) await requireResolvable(deps, em, scope, affected);
    const { kind, resourceId, resourceType } = scope.audit;
    await recordAudit(em, {
      ...actor(user, origin),
      action: `${scope.audit.action}_${verb}`,
      resourceType,
      resourceId,
      // Names only: the audit log is read by more people than the variables are.
      details: {
        kind,
        [resourceType]: scope.name,
        ...(scope.environment !== '' && { environment: scope.environment }),
        keys,
        ...details,
      },
    });
    return { scope, keys, affected, notShared: await missingIn(deps, em, scope, variables) };
  });
}

/** They may be set next; a deployment refuses them. */
async function missingIn(
  deps: Deps,
  em: EntityManager,
  { application, environment: own, forPreviews, project }: VariableScope,
  variables: Change['variables'],
): Promise<ChangedVariables['notShared']> {
  const named = new Set([...variables.values()].flatMap((variable) => referencesIn(variable?.value ?? '')));
  if (named.size === 0) return [];
  const ofApplication = application ? environmentOf(application) : own;
  const environment = forPreviews ? previewEnvironment : ofApplication;
  const known = [...(await loadSharedValues(deps, em, { project, environment })).keys()];
  return [...named]
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, hint: didYouMean(name, known, '') }));
}
