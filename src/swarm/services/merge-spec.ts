import type Docker from 'dockerode';
import { labelKeys } from '../labels.ts';
import { mergeMounts } from './mounts.ts';
import { probeIn, withProbe } from '../probe/probe-config.ts';
import type { EngineSpec } from './service-spec.ts';

/** Keeps what an operator added by hand (mounts, a log driver); replaces what Shipmate manages. */
export function mergeSpec(before: Docker.ServiceSpec, wanted: EngineSpec, force: boolean): EngineSpec {
  const template: Docker.ContainerTaskSpec = before.TaskTemplate ?? {};
  return {
    ...before,
    ...wanted,
    TaskTemplate: {
      ...template,
      ...wanted.TaskTemplate,
      ContainerSpec: {
        ...template.ContainerSpec,
        ...wanted.TaskTemplate.ContainerSpec,
        Configs: withProbe(template.ContainerSpec?.Configs, probeIn(wanted.TaskTemplate.ContainerSpec?.Configs)),
        // A compose file defines all mounts of its services.
        Mounts: wanted.Labels[labelKeys.stackService]
          ? wanted.TaskTemplate.ContainerSpec?.Mounts
          : mergeMounts(template.ContainerSpec?.Mounts, wanted.TaskTemplate.ContainerSpec?.Mounts),
      },
      ForceUpdate: (template.ForceUpdate ?? 0) + (force ? 1 : 0),
    },
  };
}

/** Whether the service already has exactly this spec, and nobody changed its image or size since. */
export function isSatisfied(before: Docker.ServiceSpec, wanted: EngineSpec): boolean {
  const template: Docker.ContainerTaskSpec = before.TaskTemplate ?? {};
  return (
    before.Labels?.[labelKeys.spec] === wanted.Labels[labelKeys.spec] &&
    template.ContainerSpec?.Image === wanted.TaskTemplate.ContainerSpec?.Image &&
    before.Mode?.Replicated?.Replicas === wanted.Mode?.Replicated?.Replicas
  );
}
