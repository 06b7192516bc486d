import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import type { Config } from '../config.ts';
import { UnavailableError, UserError } from '../errors.ts';
import { connectDocker } from '../swarm/dockerode.ts';
import { applyOwnService, ownOutput, ownTasks } from '../swarm/own/own-service.ts';
import { version } from '../version.ts';
import { configOf, environmentStep, readOptional, type Settings, withSettings } from './environment-file.ts';
import { engineSteps } from './machine.ts';
import { places } from './places.ts';
import { greetingOf } from './service.ts';
import { type Running, type Step, takeSteps } from './steps.ts';
import { nodeOptions, stopMarginMs } from './unit.ts';
import { addressOf, whereToGoOn } from './where-to-go-on.ts';

export interface OnSwarm {
  replicas: number;
  /** Undefined: `shipmate:<version>`, which was built on this node. */
  image: string | undefined;
  settings: Settings;
}

/** Pulling, migrating and the first health check, milliseconds. */
const startMs = 600_000;
/** From a task that runs to its greeting, milliseconds; an image with a health check has greeted by then. */
const greetMs = 300_000;
const pollMs = 500;

/**
 * `shipmate install --swarm`: makes Shipmate a service of the swarm, beside a PostgreSQL elsewhere, or brings the service
 * that is there to these variables and this version.
 */
export async function installOnSwarm({ image, replicas, settings }: OnSwarm, running: Running): Promise<void> {
  if (existsSync(places.unit)) {
    throw new UserError(
      'Shipmate is a service of this machine already. Take it away first: shipmate uninstall, which leaves the data.',
    );
  }
  const text = withSettings(await readOptional(places.environment), settings);
  const full = withSettings(text, keyIfMissing(text));
  const config = await configOf(full);
  const began = new Date().toISOString();
  requireShared(config, replicas);

  await takeSteps([...engineSteps(), environmentStep(full), serviceStep(full, config, { image, replicas })], running);
  if (running.dryRun) return running.say('Nothing was changed.');
  const newest = await awaitTasks(replicas);
  // Tasks that were there before have said it before, and the code may have been used since.
  const code = newest !== undefined && newest >= began ? await printedCode(newest) : undefined;
  const log = 'docker service logs shipmate';
  const url = addressOf({ host: '127.0.0.1', port: config.port });
  // No task has its socket on this machine.
  const command = `SHIPMATE_URL=${url} shipmate`;
  const change = 'sudo shipmate install --swarm';
  for (const line of whereToGoOn({ config, command, code, log, change })) running.say(line);
}

/** No task has a data folder that lasts, so that the key is among the variables. */
function keyIfMissing(text: string): Settings {
  return parseEnv(text)['SHIPMATE_SECRET_KEY'] ? {} : { SHIPMATE_SECRET_KEY: randomBytes(32).toString('base64') };
}

/** @throws {UserError} for what tasks on several nodes could not share. */
function requireShared({ databaseUrl, s3 }: Config, replicas: number): void {
  if (databaseUrl === undefined) {
    throw new UserError(
      'A service of the swarm moves between nodes, and an embedded database would stay behind. Put DATABASE_URL, the address ' +
        'of a PostgreSQL 15 or later, into a file, and name that: shipmate install --swarm --env-file <path>',
    );
  }
  const { hostname } = new URL(databaseUrl);
  if (hostname === 'localhost' || (isIP(hostname) && hostname.startsWith('127.'))) {
    throw new UserError(`DATABASE_URL leads to ${hostname}, which is the container itself. Name the server's address.`);
  }
  if (replicas > 1 && s3 === undefined) {
    throw new UserError(
      `${replicas} tasks share no folder, so that archives and backups need S3. Set S3_BUCKET and its siblings, or take one task.`,
    );
  }
}

function serviceStep(text: string, config: Config, { image, replicas }: Omit<OnSwarm, 'settings'>): Step {
  const own = {
    image: image ?? `shipmate:${version}`,
    replicas,
    port: config.port,
    variables: text,
    stopMs: config.deployments.stopGraceMs + stopMarginMs,
    nodeOptions,
  };
  const tasks = replicas === 1 ? 'one task' : `${replicas} tasks, each on a manager of its own,`;
  return {
    does: `bring the service shipmate of the swarm to ${tasks} of ${own.image}`,
    isDone: () => false,
    async run() {
      const docker = connectDocker(process.env['DOCKER_HOST']);
      await applyOwnService(docker, { ...own, group: statSync('/var/run/docker.sock').gid });
    },
  };
}

async function printedCode(since: string): Promise<string | undefined> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const deadline = performance.now() + greetMs;
  while (performance.now() < deadline) {
    const greeting = greetingOf(await ownOutput(docker, since));
    if (greeting) return greeting.code;
    await delay(pollMs);
  }
  return undefined;
}

/** @returns when the newest task was made. @throws {UnavailableError} when they do not come up. */
async function awaitTasks(replicas: number): Promise<string | undefined> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const deadline = performance.now() + startMs;
  for (;;) {
    const { running, newest, failure } = await ownTasks(docker);
    if (running >= replicas) return newest;
    if (performance.now() > deadline) {
      const why = failure ? ` The last one ended: ${failure}.` : '';
      throw new UnavailableError(
        `${running} of ${replicas} tasks run.${why} See: docker service ps --no-trunc shipmate, docker service logs shipmate`,
      );
    }
    await delay(pollMs);
  }
}
