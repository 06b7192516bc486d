import type Docker from 'dockerode';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { isMissing, isNameTaken, reasonOf } from '../engine-errors.ts';
import type { RegistryLogin } from '../images/credentials.ts';
import { installationLabel, labelKeys } from '../labels.ts';
import type { OneOffStatus } from './beside.ts';
import type { Beside } from './beside.ts';
import { inspectService, tasksOf } from './inspect.ts';
import { completionsOf } from './jobs.ts';
import type { EngineContainerSpec } from './service-spec.ts';
import { hasFailed } from './task.ts';

/** Rotated by the Engine, so that a task that prints for ever fills no disk: 20 MB. */
const logDriver = { Name: 'json-file', Options: { 'max-size': '10m', 'max-file': '2' } };

/**
 * The service of one task, made from what another runs: without its ports, aliases and health check. During an update it
 * is made from the version before, which serves until the update has ended.
 */
export function besideSpec(
  { PreviousSpec, Spec, UpdateStatus }: Pick<Docker.Service, 'PreviousSpec' | 'Spec' | 'UpdateStatus'>,
  { command, labels, name }: Omit<Beside, 'service'>,
): Docker.ServiceSpec {
  const live = UpdateStatus?.State === 'updating' ? (PreviousSpec ?? Spec) : Spec;
  const template: Docker.ContainerTaskSpec = live?.TaskTemplate ?? {};
  const {
    Args: _args,
    TTY: _tty,
    OpenStdin: _stdin,
    ...container
  } = (template.ContainerSpec ?? {}) as EngineContainerSpec;
  const { Constraints = [] } = template.Placement ?? {};
  return {
    Name: name,
    Labels: {
      ...labels,
      ...installationLabel(Spec?.Labels?.[labelKeys.installation]),
      [labelKeys.managed]: 'true',
    },
    Mode: jobOf(1),
    TaskTemplate: {
      ...template,
      ContainerSpec: {
        ...container,
        Command: command,
        Labels: { ...container.Labels, [labelKeys.oneOff]: labels[labelKeys.oneOff] ?? '' },
        Healthcheck: { Test: ['NONE'] },
      } as Docker.ContainerSpec,
      RestartPolicy: { Condition: 'none' },
      Placement: { Constraints },
      Networks: (template.Networks ?? []).map(({ Target }) => ({ Target })),
      LogDriver: logDriver,
    },
  };
}

/** @throws {NotFoundError} when there is no such service. */
export async function startBeside(
  docker: Docker,
  { service, ...beside }: Beside,
  credentials: (image: string) => Promise<RegistryLogin | undefined>,
): Promise<void> {
  const live = await inspectService(docker, service);
  if (!live) throw new NotFoundError('The application has no service, so nothing can run beside it. Deploy it first.');
  const spec = besideSpec(live, beside);
  const template: Docker.ContainerTaskSpec = spec.TaskTemplate ?? {};
  await create(docker, spec, await credentials(template.ContainerSpec?.Image ?? ''));
}

export async function listOneOffs(docker: Docker): Promise<OneOffStatus[]> {
  const services = await docker.listServices({ filters: { label: [`${labelKeys.oneOff}=run`] } });
  const statuses = await Promise.all(services.map((service) => statusOfOneOff(docker, service)));
  return statuses.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
}

async function statusOfOneOff(docker: Docker, service: Docker.Service): Promise<OneOffStatus> {
  const [task] = await tasksOf(docker, service);
  const endedAt = task && hasFailed(task) ? new Date(task.Status.Timestamp) : undefined;
  return {
    name: service.Spec?.Name ?? '',
    labels: service.Spec?.Labels ?? {},
    createdAt: new Date(service.CreatedAt ?? 0),
    ...(endedAt && { endedAt }),
  };
}

/**
 * Starts the task of a one-off service once, whoever else tries the same at the same moment. The service is made without
 * a task, `mayStart` is asked, and the task is started with an update that the Engine takes only from the version that
 * was seen. Somebody who stalls in between finds the service changed, or gone together with its id.
 * @param mayStart What it throws ends the attempt (default: it may).
 */
export async function startOnce(
  docker: Docker,
  wanted: Docker.ServiceSpec & { Name: string },
  { login, mayStart }: { login: RegistryLogin | undefined; mayStart?: (() => Promise<void>) | undefined },
): Promise<void> {
  const waiting = { ...wanted, Mode: jobOf(0) };
  let seen = await inspectService(docker, wanted.Name);
  if (!seen) {
    await create(docker, waiting, login).catch((error: unknown) => {
      if (!isNameTaken(error)) throw error;
    });
    seen = await inspectService(docker, wanted.Name);
  }
  if (!seen) throw new ConflictError('The service of the one-off task was removed before its task was started.');
  if (completionsOf(seen.Spec) !== 0) return;
  await mayStart?.();
  try {
    const _query = { version: seen.Version?.Index };
    await docker.getService(seen.ID).update({ _query, _body: { ...seen.Spec, Mode: jobOf(1) } });
  } catch (error) {
    // Somebody else has run it to its end and removed it: what may start is asked again.
    if (isMissing(error)) return startOnce(docker, wanted, { login, mayStart });
    // Somebody else has started it.
    if (!/out of sequence/.test(reasonOf(error))) throw error;
  }
}

/**
 * Swarm ends the tasks of a job on every node when the job is to have none; when it is removed, it leaves them. Without
 * the hash of what was asked for, the job runs again when it is applied again.
 */
export async function endTasks(docker: Docker, name: string): Promise<void> {
  const service = await inspectService(docker, name);
  if (!service || service.Spec?.Labels?.[labelKeys.ended]) return;
  try {
    const _query = { version: service.Version?.Index };
    const { [labelKeys.spec]: _spec, ...labels } = service.Spec?.Labels ?? {};
    const Labels = { ...labels, [labelKeys.ended]: 'true' };
    await docker.getService(service.ID).update({ _query, _body: { ...service.Spec, Labels, Mode: jobOf(0) } });
  } catch (error) {
    if (isMissing(error)) return;
    if (!/out of sequence/.test(reasonOf(error))) throw error;
    await endTasks(docker, name);
  }
}

function jobOf(tasks: 0 | 1): Docker.ServiceMode {
  return { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: tasks } } as Docker.ServiceMode;
}

async function create(docker: Docker, spec: Docker.ServiceSpec, login: RegistryLogin | undefined): Promise<void> {
  await (login ? docker.createService(login, spec) : docker.createService(spec));
}
