import type Docker from 'dockerode';

/** As the nodes of a swarm call their processors → the name in Docker's platforms. */
const nodeNames: Record<string, string> = { x86_64: 'amd64', aarch64: 'arm64' };
/** The architectures that there is a probe for. */
export const probeArchitectures = ['amd64', 'arm64'] as const;

export type ProbeArchitecture = (typeof probeArchitectures)[number];

/** @param name As a node, an image or the Engine calls it, e.g. `x86_64` or `amd64`. */
export function probeArchitecture(name: string | undefined): ProbeArchitecture | undefined {
  const docker = nodeNames[name ?? ''] ?? name;
  return probeArchitectures.find((one) => one === docker);
}

/** Of the Engine's own node. */
export async function engineArchitecture(docker: Docker): Promise<ProbeArchitecture | undefined> {
  const { Arch } = await docker.version();
  return probeArchitecture(Arch);
}
