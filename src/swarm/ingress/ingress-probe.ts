import type Docker from 'dockerode';
import { execute } from '../containers/exec.ts';
import { engineArchitecture, probeArchitectures, type ProbeArchitecture } from '../probe/architecture.ts';
import { probePath } from '../probe/http-check.ts';
import { ensureConfigFor, mountAt, type MountedConfig } from '../probe/probe-config.ts';

/** The exit codes of the probe itself; those of a program that is not there are others. */
const ownCodes = [0, 1];

/** All of them on each node, so that a node of another architecture does not restart the ingress. */
export async function ensureProbes(docker: Docker): Promise<MountedConfig[]> {
  return Promise.all(probeArchitectures.map(async (one) => mountAt(pathOf(one), await ensureConfigFor(docker, one))));
}

/** @returns the lines that it printed; undefined on an architecture without a probe, and where it is not mounted. */
export async function probeInside(
  docker: Docker,
  container: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const architecture = await engineArchitecture(docker);
  if (architecture === undefined) return undefined;
  const { exitCode, output } = await execute(docker, container, [pathOf(architecture), ...args], '', signal);
  return ownCodes.includes(exitCode) ? output.trim().split('\n') : undefined;
}

function pathOf(architecture: ProbeArchitecture): string {
  return `${probePath}-${architecture}`;
}
