import type { ScheduledDeployment } from '../entities/scheduled-deployment.ts';
import type { ServiceStatus } from '../swarm/swarm.ts';
import { formatAgo, formatPlanned } from '../units/times.ts';
import { countTasks, nameInStack } from '../usecases/applications/application-services.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import { lostNodeText } from '../usecases/nodes/lost-nodes.ts';
import type { ApplicationStatusReport } from '../usecases/overview/read-status.ts';
import { deploymentData, deploymentOutcome, versionText } from './deployment-words.ts';
import type { Field, Reply } from './reply.ts';
import { dueText, scheduledData } from './scheduled-replies.ts';
import { shortId } from './short-id.ts';

/** What is known of an application. `services` and `waitsFor` are undefined when Docker does not answer. */
type Known = Omit<ApplicationStatusReport, 'services'> & { services: ServiceStatus[] | undefined };

export const noApplications = 'No applications yet. `app create <project>/<app> --repo <url>` creates one.';

/** An application in any state. */
export function applicationReply(report: Known, scheduled: ScheduledDeployment[]): Reply {
  const { application, incident, lastDeployment, liveDeployment, standing, urls, usage } = report;
  const [url, ...others] = urls;
  const services = report.services ?? [];
  const name = applicationName(application);
  const waits = report.waitsFor && lostNodeText(report.waitsFor);
  // Nothing answers at its address yet.
  const isNew = application.status === 'stopped' && !lastDeployment;
  const fields: Field[] = [
    { name: 'Status', value: isNew ? `not deployed yet: \`deploy ${name}\`` : application.status },
    { name: 'Tasks', value: tasksText(report.services) },
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
    ...(url && !isNew && { link: { label: url, url } }),
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
function tasksText(services: readonly ServiceStatus[] | undefined): string {
  if (!services) return 'unknown: Docker does not answer';
  if (services.length === 0) return 'not on Swarm';
  return `${services.map((one) => `${partPrefix(one)}${one.running} of ${one.replicas}`).join(', ')} running`;
}

function partPrefix(service: ServiceStatus): string {
  const name = nameInStack(service);
  return name === undefined ? '' : `${name} `;
}

function applicationTone({ application, services = [], usage }: Known): Reply['tone'] {
  if (application.status === 'failed') return 'danger';
  if (usage.length > 0 || services.some(({ replicas, running }) => running < replicas)) return 'warning';
  return countTasks(services).replicas > 0 ? 'success' : 'info';
}
