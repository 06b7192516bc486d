import { existsSync, statSync } from 'node:fs';
import { ensureDocker, ensureSwarm } from '../../bin/setup/docker.mjs';
import { answersWithin, call, reachable } from '../../bin/setup/engine.mjs';
import { canInstallPackages, installPackage, SetupError } from '../../bin/setup/steps.mjs';
import { UserError } from '../errors.ts';
import { outputOf } from './programs.ts';
import { addToRecord } from './record.ts';
import type { Step } from './steps.ts';

/** Debian packages that Shipmate runs programs or reads files of. */
const needed: Record<string, string> = {
  'ca-certificates': '/etc/ssl/certs/ca-certificates.crt',
  git: '/usr/bin/git',
  'openssh-client': '/usr/bin/ssh',
  restic: '/usr/bin/restic',
};

const socket = '/var/run/docker.sock';
/** How long an Engine may take to answer, milliseconds. */
const answerMs = 60_000;

/** Programs and files of the machine that Shipmate needs. */
export function packageSteps(): Step[] {
  return Object.entries(needed).map(([name, file]) => ({
    does: `install ${name} (apt-get install ${name})`,
    isDone: () => existsSync(file),
    run: () => recordingPackages(() => install(name)),
  }));
}

/** An Engine that manages a swarm. One that runs already is only made a swarm. */
export function engineSteps(): Step[] {
  return [
    {
      does: 'install and start a Docker Engine (apt-get install docker.io)',
      isDone: engineAnswers,
      run: () => recordingPackages(() => explained(ensureDocker)),
    },
    {
      does: 'make the Docker Engine a swarm of one node (docker swarm init)',
      isDone: async () => (await engineAnswers()) && (await swarmState()) === 'manager',
      run: async () => {
        await explained(ensureSwarm);
        await addToRecord({ swarm: true });
      },
    },
  ];
}

/** One that is there gets the time that a busy machine takes. */
async function engineAnswers(): Promise<boolean> {
  return existsSync(socket) || process.env['DOCKER_HOST'] ? answersWithin(answerMs) : (await reachable()) === 'yes';
}

async function swarmState(): Promise<string> {
  const { body } = await call('GET', '/info', undefined, answerMs);
  const { LocalNodeState: state, ControlAvailable: manages } = body.Swarm;
  return state === 'active' && manages ? 'manager' : state;
}

async function install(name: string): Promise<void> {
  if (!canInstallPackages()) {
    throw new UserError(`Shipmate needs ${name}, and there is no apt-get here. Install it, then run this again.`);
  }
  return explained(() => installPackage(name));
}

/** What the set-up says is for people as well. */
async function explained(work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof SetupError ? new UserError(error.message, { cause: error }) : error;
  }
}

async function recordingPackages(work: () => Promise<void> | void): Promise<void> {
  const before = new Set(installedPackages());
  await work();
  await addToRecord({ packages: installedPackages().filter((name) => !before.has(name)) });
}

function installedPackages(): string[] {
  return outputOf('dpkg-query', '--show', '--showformat', '${binary:Package}\n')?.split('\n') ?? [];
}

/**
 * The group that may use the Engine's socket.
 * @throws {UserError} if only root may.
 */
export function socketGroup(): string {
  // In a dry run there may be no Engine yet; Debian's makes this group.
  if (!existsSync(socket)) return 'docker';
  const { gid } = statSync(socket);
  const [name] = outputOf('getent', 'group', String(gid))?.split(':') ?? [];
  if (name && gid !== 0) return name;
  throw new UserError(
    `The Engine's socket ${socket} belongs to ${name === undefined ? `the group ${gid}, which has no name here` : 'root alone'}. ` +
      'Give it a group (`groupadd --system docker`, then restart the Engine), and run this again.',
  );
}
