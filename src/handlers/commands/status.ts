import type { Application } from '../../entities/application.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { roleAtLeast } from '../../usecases/access/roles.ts';
import { readAttention } from '../../usecases/concerns/read-attention.ts';
import { type ProjectStats, readProjectStats } from '../../usecases/projects/project-stats.ts';
import { listApplications } from '../../usecases/overview/list-applications.ts';
import { readStatus } from '../../usecases/overview/read-status.ts';
import { readScheduled } from '../../usecases/deployments/scheduled/scheduled-deployments.ts';
import { applicationReply, noApplications } from '../../replies/application-reply.ts';
import { defineCommand } from '../command.ts';
import { optional, text } from '../options.ts';
import { statusAction } from '../../replies/row-actions.ts';
import type { Reply } from '../../replies/reply.ts';

/** A longer list would no longer be an overview. */
const most = { applications: 100, projects: 25 };

export const status = defineCommand({
  name: 'status',
  summary: 'Show the state of your applications, or one in detail',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: optional(text('Application', 'application')) },
  examples: ['status', 'status shop/api'],
  async run({ deps, user }, { app }) {
    if (app !== undefined) {
      const report = await readStatus(deps, user, app);
      return applicationReply(report, await readScheduled(deps, user, report.application));
    }
    const { applications, next } = await listApplications(deps, user, { most: most.applications });
    const stats = await readProjectStats(deps, user, most.projects);
    const shown = overview(applications, next !== undefined, stats);
    // Disks and replicas are platform admins' alone.
    return roleAtLeast(user.role, 'super_admin') ? withAttention(shown, await readAttention(deps)) : shown;
  },
});

/** The state of each visible project, and the first applications by name. */
function overview(applications: Application[], more: boolean, stats: ProjectStats[]): Reply {
  if (applications.length === 0) return { tone: 'info', text: noApplications, data: [] };
  return {
    tone: stats.some((one) => one.failed > 0) ? 'warning' : 'info',
    title: 'Applications',
    fields: stats.map((one) => ({ name: one.project, value: countsOf(one) })),
    table: {
      columns: ['Application', 'Status', 'Replicas'],
      rows: applications.map((one) => [applicationName(one), one.status, String(one.replicas)]),
      numbers: { 2: applications.map(({ replicas }) => replicas) },
      actions: applications.map(statusAction),
    },
    ...(more && {
      text: `These are the first ${applications.length}. \`app list <project>\` lists those of one project.`,
    }),
    data: applications.map((one) => ({
      application: applicationName(one),
      status: one.status,
      replicas: one.replicas,
    })),
  };
}

function withAttention(reply: Reply, lines: readonly string[]): Reply {
  if (lines.length === 0) return reply;
  const field = { name: 'Attention', value: lines.join('\n') };
  return { ...reply, tone: 'warning', fields: [field, ...(reply.fields ?? [])] };
}

/** `4 applications: 2 running, 1 stopped, 1 failed`; the rest are being deployed or scaled. */
function countsOf({ total, running, stopped, failed }: ProjectStats): string {
  const counts = Object.entries({ running, stopped, failed }).filter(([, count]) => count > 0);
  const noun = total === 1 ? 'application' : 'applications';
  return [`${total} ${noun}`, counts.map(([what, count]) => `${count} ${what}`).join(', ')].filter(Boolean).join(': ');
}
