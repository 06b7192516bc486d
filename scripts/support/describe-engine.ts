import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '../../src/host/find-program.ts';
import { connectDocker } from '../../src/swarm/dockerode.ts';
import type { EngineRow } from './engine-table.ts';
import { programsFolder } from './ingress-image.ts';

const run = promisify(execFile);

/** The Engine at `DOCKER_HOST`, and the programs that Shipmate would use with it. */
export async function describeEngine(): Promise<EngineRow> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const [version, info] = await Promise.all([docker.version(), docker.info() as Promise<Info>]);
  const { Components = [] } = version as { Components?: { Name: string; Version: string }[] };
  const isInContainerd = info.DriverStatus?.some(([, value]) => value.includes('containerd.snapshotter')) ?? false;
  return {
    Engine: plain(version.Version),
    'image store': isInContainerd ? 'containerd' : info.Driver,
    API: version.ApiVersion,
    runc: plain(Components.find(({ Name }) => Name === 'runc')?.Version || info.RuncCommit?.ID || ''),
    caddy: await programVersion('caddy'),
    restic: await programVersion('restic'),
  };
}

interface Info {
  Driver: string;
  RuncCommit?: { ID?: string };
  DriverStatus?: [string, string][] | null;
}

async function programVersion(name: string): Promise<string> {
  const { stdout } = await run(await findProgram(name, programsFolder), ['version']);
  return plain(stdout);
}

/** `28.5.2+dfsg4` and `restic 0.14.0 compiled with …` without what distributions and programs say around it. */
function plain(version: string): string {
  return /\d+(?:\.\d+)+/.exec(version)?.[0] ?? version.trim();
}
