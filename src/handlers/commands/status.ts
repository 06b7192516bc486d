import type { Application } from '../../entities/application.ts';
import type { ServiceStatus } from '../../swarm/swarm.ts';
import { countTasks, nameInStack } from '../../usecases/applications/application-services.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { formatAgo, formatPlanned } from '../../units/times.ts';
import { lostNodeText } from '../../usecases/nodes/lost-nodes.ts';
import { type ProjectStats, readProjectStats } from '../../usecases/projects/project-stats.ts';
import { listApplications } from '../../usecases/overview/list-applications.ts';
import { type ApplicationStatusReport, readStatus } from '../../usecases/overview/read-status.ts';
import { readScheduled } from '../../usecases/deployments/scheduled/scheduled-deployments.ts';
import type { ScheduledDeployment } from '../../entities/scheduled-deployment.ts';
import { dueText, scheduledData } from '../../replies/scheduled-replies.ts';
import { defineCommand } from '../command.ts';
import { optional, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';
import { statusAction } from '../../replies/row-actions.ts';
import { deploymentData, deploymentOutcome, versionText } from '../../replies/deployment-words.ts';
import type { Field, Reply } from '../../replies/reply.ts';

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
      return detail(report, await readScheduled(deps, user, report.application));
    }
    const { applications, next } = await listApplications(deps, user, { most: most.applications });
    return overview(applications, next !== undefined, await readProjectStats(deps, user, most.projects));
  },
});

/** The state of each visible project, and the first applications by name. */
function overview(applications: Application[], more: boolean, stats: ProjectStats[]): Reply {
  if (applications.length === 0) return { tone: 'info', text: 'No applications yet.', data: [] };
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

/** `4 applications: 2 running, 1 stopped, 1 failed`; the rest are being deployed or scaled. */
function countsOf({ total, running, stopped, failed }: ProjectStats): string {
  const counts = Object.entries({ running, stopped, failed }).filter(([, count]) => count > 0);
  const noun = total === 1 ? 'application' : 'applications';
  return [`${total} ${noun}`, counts.map(([what, count]) => `${count} ${what}`).join(', ')].filter(Boolean).join(': ');
}

function detail(report: ApplicationStatusReport, scheduled: ScheduledDeployment[]): Reply {
  const { application, incident, services, lastDeployment, liveDeployment, standing, urls, usage } = report;
  const [url, ...others] = urls;
  const name = applicationName(application);
  const waits = report.waitsFor && lostNodeText(report.waitsFor);
  const fields: Field[] = [
    { name: 'Status', value: application.status },
    { name: 'Tasks', value: tasksText(services) },
  ];
  if (waits !== undefined) fields.push({ name: 'Waits', value: waits });
  if (incident) fields.push({ name: 'Incident', value: `${incident.error}; found ${formatAgo(incident.beganAt)}` });
  const found = usage.map(({ beganAt, error }) => `${error}; found ${formatAgo(beganAt)}`);
  if (found.length > 0) fields.push({ name: 'Usage', value: found.join('\n') });
  const { lock, freeze } = standing;
  if (lock) fields.push({ name: 'Locked', value: `by ${lock.holder}, ${formatAgo(lock.since)}: ${lock.reason}` });
  if (freeze) {
    const why = freeze.reason && `: ${freeze.reason}`;
    fields.push({ name: 'Frozen', value: `until ${formatPlanned(freeze.until, freeze.zone)}${why}` });
  }
  if (scheduled.length > 0) {
    const times = scheduled.map((one) => [one.ref, `at ${dueText(one)}`].filter(Boolean).join(' '));
    fields.push({ name: 'Scheduled', value: times.join('\n') });
  }
  const updates = services.flatMap((one) => (one.updateState ? [`${partPrefix(one)}${one.updateState}`] : []));
  if (updates.length > 0) fields.push({ name: 'Swarm update', value: updates.join(', ') });
  if (liveDeployment) fields.push({ name: 'Live', value: versionText(liveDeployment) });
  if (lastDeployment) {
    const when = formatAgo(lastDeployment.completedAt ?? lastDeployment.startedAt);
    fields.push({
      name: 'Last deployment',
      value: `${shortId(lastDeployment.id)} ${deploymentOutcome(lastDeployment)}, ${when}`,
    });
    if (lastDeployment.metadata.error) fields.push({ name: 'Why', value: lastDeployment.metadata.error });
  }
  if (others.length > 0) fields.push({ name: 'Also at', value: others.join('\n') });
  return {
    tone: applicationTone(report),
    title: name,
    fields,
    ...(url && { link: { label: url, url } }),
    data: {
      application: name,
      status: application.status,
      replicas: application.replicas,
      running: countTasks(services).running,
      waits: waits ?? null,
      incident: incident?.error ?? null,
      usage: usage.map(({ error }) => error),
      image: services[0]?.image ?? null,
      services: services.map((one) => ({
        service: nameInStack(one) ?? one.name,
        image: one.image,
        replicas: one.replicas,
        running: one.running,
      })),
      url: url ?? null,
      urls,
      lock: lock ?? null,
      freeze: freeze ?? null,
      scheduled: scheduled.map(scheduledData),
      lastDeployment: lastDeployment ? deploymentData(lastDeployment) : null,
      liveDeployment: liveDeployment ? deploymentData(liveDeployment) : null,
    },
  };
}

/** `2 of 2 running`; for several services `web 2 of 2, worker 0 of 1 running`. */
function tasksText(services: readonly ServiceStatus[]): string {
  if (services.length === 0) return 'not on Swarm';
  return `${services.map((one) => `${partPrefix(one)}${one.running} of ${one.replicas}`).join(', ')} running`;
}

function partPrefix(service: ServiceStatus): string {
  const name = nameInStack(service);
  return name === undefined ? '' : `${name} `;
}

function applicationTone({ application, services, usage }: ApplicationStatusReport): Reply['tone'] {
  if (application.status === 'failed') return 'danger';
  if (usage.length > 0 || services.some(({ replicas, running }) => running < replicas)) return 'warning';
  return countTasks(services).replicas > 0 ? 'success' : 'info';
}
