import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { isNameTaken } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import { probePath } from './http-check.ts';

/** A Swarm config with the probe; all services share it. */
export interface ProbeConfig {
  id: string;
  name: string;
}

const namePrefix = 'shipmate-probe-';
/** As the nodes of a swarm call their processors → the name in Docker's platforms. */
export const architectures: Record<string, string> = { x86_64: 'amd64', aarch64: 'arm64' };

/**
 * Makes the config unless there is one.
 * @param constraints Of the placement of the service.
 * @returns undefined where tasks may run on several architectures, or on one without a probe: a config has one program.
 */
export async function ensureProbeConfig(
  docker: Docker,
  constraints: readonly string[] = [],
): Promise<ProbeConfig | undefined> {
  const architecture = await onlyArchitecture(docker, constraints);
  if (architecture === undefined) return undefined;
  const program = await readProbe(architecture);
  const hash = createHash('sha256').update(program).digest('hex').slice(0, 12);
  const name = `${namePrefix}${architecture}-${hash}`;
  return (await findConfig(docker, name)) ?? (await makeConfig(docker, name, program));
}

/** @param architecture `amd64` or `arm64`. */
export async function readProbe(architecture: string): Promise<Buffer> {
  return readFile(new URL(`probe-${architecture}`, import.meta.url));
}

type MountedConfig = NonNullable<Docker.ContainerSpec['Configs']>[number];

/** The configs of a container with the probe, or without one; those that somebody else mounted stay. */
export function withProbe(
  others: readonly MountedConfig[] | undefined,
  probe: ProbeConfig | undefined,
): MountedConfig[] | undefined {
  const kept = (others ?? []).filter(({ ConfigName }) => !ConfigName?.startsWith(namePrefix));
  const File = { Name: probePath, UID: '0', GID: '0', Mode: 0o555 };
  const all = probe ? [...kept, { File, ConfigID: probe.id, ConfigName: probe.name }] : kept;
  return all.length > 0 ? all : undefined;
}

/** The probe among the configs of a container. */
export function probeIn(configs: readonly MountedConfig[] | undefined): ProbeConfig | undefined {
  const found = configs?.find(({ ConfigName }) => ConfigName?.startsWith(namePrefix));
  return found && { id: found.ConfigID ?? '', name: found.ConfigName ?? '' };
}

/** The part of a node that is used; dockerode's types leave it open. */
interface KnownNode {
  /** Missing until it has joined. */
  Description?: { Platform?: { Architecture?: string } };
}

async function onlyArchitecture(docker: Docker, constraints: readonly string[]): Promise<string | undefined> {
  const asked = constraints.flatMap((one) => /^node\.platform\.arch\s*==\s*(\S+)$/.exec(one)?.[1] ?? []);
  const nodes = (await docker.listNodes()) as KnownNode[];
  const present = nodes.flatMap(({ Description }) => Description?.Platform?.Architecture ?? []);
  const all = new Set(asked.length > 0 ? asked : present);
  const [first = ''] = all;
  return all.size === 1 ? architectures[first] : undefined;
}

async function findConfig(docker: Docker, name: string): Promise<ProbeConfig | undefined> {
  const found = await docker.listConfigs({ filters: { name: [name] } });
  const config = found.find(({ Spec }) => Spec?.Name === name);
  return config && { id: config.ID, name };
}

async function makeConfig(docker: Docker, name: string, program: Buffer): Promise<ProbeConfig> {
  try {
    const Labels = { [labelKeys.managed]: 'true' };
    const { id } = await docker.createConfig({ Name: name, Labels, Data: program.toString('base64') });
    return { id, name };
  } catch (error) {
    const made = isNameTaken(error) ? await findConfig(docker, name) : undefined;
    if (made) return made;
    throw error;
  }
}
