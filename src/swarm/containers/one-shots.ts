import type Docker from 'dockerode';
import { type Attached, inContainer, ofContainer, output, run } from './attached.ts';
import { fillVolume } from './fill-volume.ts';
import { answering } from '../engine-errors.ts';
import { removeContainer } from '../remove-container.ts';
import { createOneShot, startIdle, startServer } from './one-shot-spec.ts';
export { ProgramError } from './program-error.ts';
import type { OneShots, Program, Running } from './one-shot.ts';
import type { Swarm } from '../swarm.ts';
import { awaitUnused, readVolume, requireVolume, writeVolume } from './volume-archive.ts';

/** `installation`: id on the containers that run (default none). */
export function oneShots(docker: Docker, pull: Swarm['pull'], installation?: string): OneShots {
  const engine = { docker, pull, installation };
  return {
    async run(shot, input, signal) {
      const container = await answering(() => createOneShot(engine, shot, signal));
      try {
        return await run(await ofContainer(container, input !== undefined), input, signal);
      } finally {
        await answering(() => removeContainer(container));
      }
    },
    idle: async (idle, signal) => running(await answering(() => startIdle(engine, idle, signal))),
    start: async (server, signal) => running(await answering(() => startServer(engine, server, signal))),
    requireVolume: (name) => answering(() => requireVolume(docker, name)),
    awaitUnused: (volume, signal) => answering(() => awaitUnused(docker, volume, signal)),
    readVolume: (use, signal) => readVolume(engine, use, signal),
    writeVolume: (use, tar, signal) => answering(() => writeVolume(engine, use, tar, signal)),
    fillVolume: (use, folder, signal) => answering(() => fillVolume(engine, use, folder, signal)),
    removeLabelled: (labels) => answering(() => removeLabelled(docker, labels)),
  };
}

function running(container: Docker.Container): Running {
  const has = new Map<string, string>();

  /** Without the files that the container has: to write some takes the Engine as long as to start a program. */
  async function attach(program: Program, stdin: boolean): Promise<Attached> {
    const lacking = Object.entries(program.files).filter(([path, content]) => has.get(path) !== content);
    const attached = await inContainer(container, { ...program, files: Object.fromEntries(lacking) }, stdin);
    for (const [path, content] of lacking) has.set(path, content);
    return attached;
  }

  return {
    async *output(program, within) {
      yield* output(await attach(program, false), within);
    },
    async run(program, input, within) {
      return run(await attach(program, input !== undefined), input, within);
    },
    remove: () => answering(() => removeContainer(container)),
  };
}

async function removeLabelled(docker: Docker, labels: Record<string, string>): Promise<void> {
  const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  for (const { Id } of await docker.listContainers({ all: true, filters: { label } })) {
    await removeContainer(docker.getContainer(Id));
  }
}
