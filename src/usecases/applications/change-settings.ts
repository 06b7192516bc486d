import type { Application } from '../../entities/application.ts';
import { GitSource } from '../../entities/git-source.ts';
import type { User } from '../../entities/user.ts';
import { applySettings, settings, type SettingsDraft, shownSettings } from './application-settings.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { gitRemote } from './application-environment.ts';
import { type CheckedBranch, checkBranch } from './check-branch.ts';
import { findApplication } from './find-application.ts';
import { requireNameableImage } from './image-settings.ts';
import { requireFreeHostPorts } from './host-ports.ts';
import * as check from './setting-checks.ts';
import { requireFitting, requireServiceWithPort } from './settings-by-type.ts';
import { lockApplicationRow } from './lock-application-row.ts';
import { actor, type Origin } from '../origin.ts';
import { requireSupervision } from '../access/project-access.ts';

export interface SettingChange {
  key: string;
  before: string | undefined;
  after: string | undefined;
}

export interface ChangedSettings {
  application: Application;
  changes: SettingChange[];
  /** Why it is not known whether the repository has the new branch. */
  doubt?: string;
}

export function draftOf(application: Application): SettingsDraft {
  return { source: application.sourceConfig, docker: application.dockerConfig, replicas: application.replicas };
}

/**
 * Changes settings; they apply at the next deployment. Only what differs is returned and audited.
 * @throws {UsageError} when a setting or its value is refused; nothing is changed then.
 */
export async function changeSettings(
  deps: Deps,
  request: { user: User; application: string; assignments: [string, string][]; origin: Origin },
): Promise<ChangedSettings> {
  const access = { user: request.user, intent: 'change' } as const;
  const checked = await checkNewBranch(deps, request);
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, access);
    // Settings are stored together: of two changes at once, neither undoes the other.
    await lockApplicationRow(em, application);
    requireFitting(application.type, request.assignments);
    const before = draftOf(application);
    const after = applySettings(before, request.assignments);
    requireServiceWithPort(application.type, after);
    requireFreeHostPorts(deps.config, after);
    if (after.source.image !== undefined) requireNameableImage(deps.config, 'image', after.source.image);
    const changes = settingChanges(before, after);
    if (changes.length === 0) return { application, changes };
    const forAdmins = changes.find(({ key }) => settings[key]?.admin);
    if (forAdmins) {
      await requireSupervision(em, application.project, request.user, `Changing \`${forAdmins.key}\``);
    }
    application.sourceConfig = after.source;
    application.dockerConfig = after.docker;
    application.replicas = after.replicas;
    if (after.source.branch && after.source.branch !== before.source.branch) {
      await em.nativeUpdate(GitSource, { application }, { branch: after.source.branch });
    }
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'application.set',
      resourceType: 'application',
      resourceId: application.id,
      details: { changes },
    });
    return { application, changes, ...(checked?.doubt && { doubt: checked.doubt }) };
  });
}

/** Before the transaction, since the git host may be slow. */
async function checkNewBranch(
  deps: Deps,
  { application: name, assignments, user }: { user: User; application: string; assignments: [string, string][] },
): Promise<CheckedBranch | undefined> {
  const [, branch] = assignments.findLast(([key]) => key === 'branch') ?? [];
  if (branch === undefined || branch === '') return undefined;
  const em = deps.database.asUser(user.id);
  const application = await findApplication(em, name, { user, intent: 'change' });
  const source = await em.findOne(GitSource, { application });
  const remote = await gitRemote(deps, application, source);
  if (!remote || branch === application.sourceConfig.branch) return undefined;
  const command = (other: string) => `app set ${name} branch=${other}`;
  return checkBranch(deps, remote, check.branch('branch', branch), command);
}

function settingChanges(before: SettingsDraft, after: SettingsDraft): SettingChange[] {
  const [was, is] = [shownSettings(before), shownSettings(after)];
  return Object.entries(settings)
    .filter(([, { get }]) => get(before) !== get(after))
    .map(([key]) => ({ key, before: was[key], after: is[key] }));
}
