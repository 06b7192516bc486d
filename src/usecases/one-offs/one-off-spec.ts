import { labelKeys } from '../../swarm/labels.ts';
import type { OneOffPurpose } from '../../swarm/names.ts';
import type { ServiceSpec } from '../../swarm/swarm.ts';

/** What a one-off task runs. */
export interface OneOff {
  /** Of its service. */
  name: string;
  purpose: OneOffPurpose;
  command: string[];
}

/** A JSON list of words as it is; anything else, also `[ -f x ] && …`, in the shell of the container. */
export function commandOf(line: string): string[] {
  return wordsOf(line) ?? ['sh', '-c', line];
}

function wordsOf(line: string): string[] | undefined {
  if (!line.trimStart().startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(line);
    return Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')
      ? words
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * One task beside the application: with its image, network, variables, secrets, volumes and limits, but without its
 * ports and health check. It is started once, whatever becomes of it.
 */
export function oneOffSpec(application: ServiceSpec, { command, name, purpose }: OneOff): ServiceSpec {
  const { args: _args, ports: _ports, ...docker } = application.docker;
  return {
    ...application,
    name,
    replicas: 1,
    docker: { ...docker, command, healthcheck: { test: ['NONE'] } },
    port: undefined,
    labels: { ...application.labels, [labelKeys.oneOff]: purpose },
    extras: { labels: {}, tmpfs: [], update: {}, restart: { condition: 'none' } },
    job: true,
    once: true,
    forceUpdate: false,
  };
}
