import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { ensureConfig, mountAt, type MountedConfig } from '../probe/probe-config.ts';

/** The Swarm configs of a program whose image has only what runs it; services with the same program share them. */
export async function ensurePrograms(docker: Docker, files: Record<string, string>): Promise<MountedConfig[]> {
  const mounted: MountedConfig[] = [];
  for (const [path, content] of Object.entries(files)) {
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 24);
    mounted.push(mountAt(path, await ensureConfig(docker, `shipmate-program-${hash}`, Buffer.from(content))));
  }
  return mounted;
}
