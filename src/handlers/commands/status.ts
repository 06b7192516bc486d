import { applicationName } from '../../usecases/find-application.ts';
import { type ApplicationStatusReport, listApplications, readStatus } from '../../usecases/read-status.ts';
import { defineCommand } from '../command.ts';
import { optional, text } from '../options.ts';
import { ago, deploymentData, outcomeOf, shortId, versionOf } from '../present.ts';
import type { Field, Reply } from '../reply.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'Show how your applications are, or one of them in detail',
  role: 'viewer',
  reads: true,
  options: { app: optional(text('Application', 'application')) },
  examples: ['status', 'status shop/api'],
  async run({ deps, user }, { app }) {
    if (app !== undefined) return detail(await readStatus(deps, user, app));
    const applications = await listApplications(deps, user);
    if (applications.length === 0) return { tone: 'info', text: 'No applications yet.', data: [] };
    return {
      tone: 'info',
      title: 'Applications',
      table: {
        columns: ['Application', 'Status', 'Replicas'],
        rows: applications.map((one) => [applicationName(one), one.status, String(one.replicas)]),
      },
      data: applications.map((one) => ({
        application: applicationName(one),
        status: one.status,
        replicas: one.replicas,
      })),
    };
  },
});

function detail(report: ApplicationStatusReport): Reply {
  const { application, service, lastDeployment, liveDeployment, url } = report;
  const name = applicationName(application);
  const fields: Field[] = [
    { name: 'Status', value: application.status },
    { name: 'Tasks', value: service ? `${service.running} of ${service.replicas} running` : 'not on Swarm' },
  ];
  if (service?.updateState) fields.push({ name: 'Swarm update', value: service.updateState });
  if (liveDeployment) fields.push({ name: 'Live', value: versionOf(liveDeployment) });
  if (lastDeployment) {
    const when = ago(lastDeployment.completedAt ?? lastDeployment.startedAt);
    fields.push({
      name: 'Last deployment',
      value: `${shortId(lastDeployment.id)} ${outcomeOf(lastDeployment)}, ${when}`,
    });
    if (lastDeployment.metadata.error) fields.push({ name: 'Why', value: lastDeployment.metadata.error });
  }
  return {
    tone: toneOf(report),
    title: name,
    fields,
    ...(url && { link: { label: url, url } }),
    data: {
      application: name,
      status: application.status,
      replicas: application.replicas,
      running: service?.running ?? 0,
      image: service?.image ?? null,
      url: url ?? null,
      lastDeployment: lastDeployment ? deploymentData(lastDeployment) : null,
      liveDeployment: liveDeployment ? deploymentData(liveDeployment) : null,
    },
  };
}

function toneOf({ application, service }: ApplicationStatusReport): Reply['tone'] {
  if (application.status === 'failed') return 'danger';
  if (service && service.running < service.replicas) return 'warning';
  return service && service.replicas > 0 ? 'success' : 'info';
}
