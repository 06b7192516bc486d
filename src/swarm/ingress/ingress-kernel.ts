import type Docker from 'dockerode';
import { type IngressSpec, settingNames } from './ingress-spec.ts';
import { inspectService, tasksOf } from '../services/inspect.ts';
import { labelKeys } from '../labels.ts';

type Settings = Pick<IngressSpec, 'name' | 'kernelSettings'>;

/**
 * Whether the service has to go without its kernel settings: it does already, or a task could not start for one of
 * them. Swarm knows no kernel versions of its nodes, and distributions bring settings to older ones: to try tells for
 * sure.
 */
export async function kernelLacks(docker: Docker, spec: Settings, before?: Docker.Service): Promise<boolean> {
  if (!before) return false;
  return goesWithout(spec, before) || (await wasRefused(docker, spec, before));
}

/** Whether a task could not start because of one of the service's settings. */
export async function refusesSettings(docker: Docker, spec: Settings): Promise<boolean> {
  const service = await inspectService(docker, spec.name);
  if (!service || goesWithout(spec, service)) return false;
  return wasRefused(docker, spec, service);
}

function goesWithout(spec: Settings, { Spec }: Docker.Service): boolean {
  return Spec?.Labels?.[labelKeys.lacks] === settingNames(spec);
}

async function wasRefused(docker: Docker, { kernelSettings }: Settings, service: Docker.Service): Promise<boolean> {
  const tasks = await tasksOf(docker, service);
  return tasks.some(({ Status: { Err } }) => Err !== undefined && namesSetting(Err, Object.keys(kernelSettings)));
}

/**
 * Whether an error of a task is about one of the settings: runc tells the file below `/proc/sys` that it cannot open,
 * from 1.3 on `proc/./sys` of a mount of its own.
 */
export function namesSetting(error: string, settings: readonly string[]): boolean {
  return settings.some((name) => error.includes(`/sys/${name.replaceAll('.', '/')}:`));
}
