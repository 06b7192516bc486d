import type { Deployment } from '../entities/deployment.ts';

/** Label keys on services, containers, images, networks and Swarm secrets that Shipmate makes. */
export const labelKeys = {
  managed: 'shipmate.managed',
  project: 'shipmate.project',
  application: 'shipmate.application',
  database: 'shipmate.database',
  /** On databases: number of requested restarts. */
  restarts: 'shipmate.restarts',
  deployment: 'shipmate.deployment',
  commit: 'shipmate.commit',
  /**
   * On services of a stack: how the compose file calls them, and how many tasks they have when started. The label keeps
   * its first name: a container label under another name would replace the tasks of every stack.
   */
  stackService: 'shipmate.part',
  replicas: 'shipmate.replicas',
  /** On jobs that nothing waits for: their deployment succeeds while they run. */
  background: 'shipmate.background',
  /** On services of a single task that runs to its end beside the application: what for. */
  oneOff: 'shipmate.one-off',
  /** On one-off tasks: when their time is over, as ISO 8601, and who began them. */
  until: 'shipmate.until',
  startedBy: 'shipmate.started-by',
  /** On one-off tasks of scheduled commands: the id of the run. */
  cron: 'shipmate.cron',
  /** On jobs whose tasks were told to end, before the service is removed. */
  ended: 'shipmate.ended',
  /** On containers of a stack: digests of the folders of the commit in their volumes. */
  contents: 'shipmate.contents',
  /** On Swarm secrets: the service they belong to. */
  service: 'shipmate.service',
  /** On services, and on containers outside of them: the id of the installation that made them. */
  installation: 'shipmate.installation',
  /** On services: hash of the requested spec, so that applying it again changes nothing. */
  spec: 'shipmate.spec',
  /** On gateways of databases: the ingress's HTTP port, which tells one Shipmate's from another's. */
  gateway: 'shipmate.gateway',
  /** On the ingress: settings of the network that it goes without, as the kernel of a node lacks one. */
  lacks: 'shipmate.lacks',
} as const;

/** Says whose something is; nothing without an id. */
export function installationLabel(id: string | undefined): Record<string, string> {
  return id === undefined ? {} : { [labelKeys.installation]: id };
}

/** For the Engine's `label` filter. */
export const managedFilter = `${labelKeys.managed}=true`;

/** Ties a service or an image back to its rows. */
export function labelsOf({ id, commitSha, application }: Deployment): Record<string, string> {
  return {
    [labelKeys.managed]: 'true',
    [labelKeys.project]: application.project.id,
    [labelKeys.application]: application.id,
    [labelKeys.deployment]: id,
    ...(commitSha && { [labelKeys.commit]: commitSha }),
  };
}

/**
 * The labels of the containers: all but the deployment's and the number of tasks. A container label is part of what
 * Swarm compares, and deploying what already runs must not replace its tasks.
 */
export function containerLabels(labels: Record<string, string>): Record<string, string> {
  const ofService: string[] = [labelKeys.deployment, labelKeys.replicas, labelKeys.background];
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !ofService.includes(key)));
}

/**
 * The labels of an image: those that tell whose it is and which build left it behind. The commit is in its tag,
 * and the classic builder makes a step of every label.
 */
export function imageLabelsOf({ id, application }: Deployment): Record<string, string> {
  return { [labelKeys.application]: application.id, [labelKeys.deployment]: id };
}
