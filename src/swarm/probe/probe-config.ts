import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { ignoreMissing, isNameTaken } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import { type ProbeArchitecture, probeArchitecture } from './architecture.ts';
import { probePath } from './http-check.ts';

/** A Swarm config with the probe; all services share it. */
export interface ProbeConfig {
  id: string;
  name: string;
}

const namePrefix = 'shipmate-probe-';

/** What tells where the tasks of a service run. */
interface Placed {
  image: string;
  /** Of its placement. */
  constraints?: readonly string[] | undefined;
}

/**
 * Makes the config unless there is one.
 * @returns undefined where tasks may run on several architectures, or on one without a probe: a config has one program.
 */
export async function ensureProbeConfig(docker: Docker, placed: Placed): Promise<ProbeConfig | undefined> {
  const architecture = await onlyArchitecture(docker, placed);
  return architecture && ensureConfigFor(docker, architecture);
}

/** The config with the probe of an architecture. */
export async function ensureConfigFor(docker: Docker, architecture: ProbeArchitecture): Promise<ProbeConfig> {
  const program = await readProbe(architecture);
  const hash = createHash('sha256').update(program).digest('hex').slice(0, 12);
  const name = `${namePrefix}${architecture}-${hash}`;
  return ensureConfig(docker, name, program);
}

/** A Swarm config with this content, which its name tells by a hash. */
export async function ensureConfig(docker: Docker, name: string, content: Buffer): Promise<ProbeConfig> {
  return (await findConfig(docker, name)) ?? (await makeConfig(docker, name, content));
}

export async function readProbe(architecture: ProbeArchitecture): Promise<Buffer> {
  return readFile(new URL(`probe-${architecture}`, import.meta.url));
}

export type MountedConfig = NonNullable<Docker.ContainerSpec['Configs']>[number];

/** The configs of a container with the probe, or without one; those that somebody else mounted stay. */
export function withProbe(
  others: readonly MountedConfig[] | undefined,
  probe: ProbeConfig | undefined,
): MountedConfig[] | undefined {
  const kept = (others ?? []).filter(({ ConfigName }) => !ConfigName?.startsWith(namePrefix));
  const all = probe ? [...kept, mountAt(probePath, probe)] : kept;
  return all.length > 0 ? all : undefined;
}

export function mountAt(path: string, { id, name }: ProbeConfig): MountedConfig {
  return { File: { Name: path, UID: '0', GID: '0', Mode: 0o555 }, ConfigID: id, ConfigName: name };
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

/**
 * By the placement; without one by the image, as one that was built here is for one architecture, and by the nodes. A
 * pulled image may have a variant for each node.
 */
async function onlyArchitecture(docker: Docker, placed: Placed): Promise<ProbeArchitecture | undefined> {
  const { constraints = [], image } = placed;
  const asked = constraints.flatMap((one) => /^node\.platform\.arch\s*==\s*(\S+)$/.exec(one)?.[1] ?? []);
  if (asked.length > 0) return onlyOf(asked);
  const nodes = (await docker.listNodes()) as KnownNode[];
  const present = nodes.flatMap(({ Description }) => Description?.Platform?.Architecture ?? []);
  return onlyOf(present) ?? (await architectureBuilt(docker, image));
}

function onlyOf(names: readonly string[]): ProbeArchitecture | undefined {
  const [first, ...others] = new Set(names);
  return others.length === 0 ? probeArchitecture(first) : undefined;
}

async function architectureBuilt(docker: Docker, image: string): Promise<ProbeArchitecture | undefined> {
  const details = await docker.getImage(image).inspect().catch(ignoreMissing);
  return details?.Config.Labels?.[labelKeys.deployment] ? probeArchitecture(details.Architecture) : undefined;
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
