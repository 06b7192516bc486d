import type Docker from 'dockerode';

/**
 * What tells that a service runs what was asked for, and nothing else does: the status of an update that Swarm has
 * rolled back reads `completed` a few seconds later (seen with 20.10 and 28).
 */
export interface Asked {
  /** Labels of the service that only the version asked for has. */
  labels: Record<string, string>;
  /** Image reference (default: any). */
  image?: string;
  /** Where its tasks have to take connections (default: nowhere). */
  reach?: Reach | undefined;
}

/** Where tasks have to take connections. */
export interface Reach {
  /** Name of the project's network. */
  network: string;
  port: number;
}

/** Undefined where nothing is checked. */
export function reachOf(spec: { network?: string | undefined; port?: number | undefined }): Reach | undefined {
  const { network, port } = spec;
  return network === undefined || port === undefined ? undefined : { network, port };
}

/** Whether it is that version, and not the one before. */
export function isAsked({ Labels }: Docker.ServiceSpec, { labels }: Asked): boolean {
  return Object.entries(labels).every(([key, value]) => Labels?.[key] === value);
}

/** The image that somebody else gave to that version; undefined when nobody did. */
export function foreignImage({ TaskTemplate }: Docker.ServiceSpec, { image }: Asked): string | undefined {
  const template: Docker.ContainerTaskSpec | undefined = TaskTemplate;
  const present = template?.ContainerSpec?.Image;
  return image === undefined || present === image ? undefined : present;
}
