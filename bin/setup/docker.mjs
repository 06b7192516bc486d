import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { answersWithin, call, ownAddress, reachable } from './engine.mjs';
import { answers, canInstallPackages, fromRoot, installPackage, isRoot, say, SetupError, step } from './steps.mjs';

const startLimit = 60_000;
const manual = 'See https://docs.docker.com/engine/install/ and try again.';

/** A Docker Engine that answers and manages a swarm. One that runs already is only ever asked to start a swarm. */
export async function ensureDocker() {
  const answer = await reachable();
  if (answer === 'denied')
    throw new SetupError(
      'The Docker Engine is running, but this user may not access it. Run: sudo usermod -aG docker "$USER", then log in again.',
    );
  if (answer === 'no') await bringUpEngine();
  await ensureSwarm();
}

async function bringUpEngine() {
  if (process.env.DOCKER_HOST)
    throw new SetupError(
      `No Docker Engine responds at DOCKER_HOST=${process.env.DOCKER_HOST}. Start it, or unset DOCKER_HOST.`,
    );
  if (process.platform !== 'linux') throw new SetupError(`No Docker Engine responds. Start Docker Desktop. ${manual}`);
  if (!isRoot())
    throw new SetupError(
      `No Docker Engine responds. Start it with: sudo systemctl start docker. If it is not installed: sudo apt-get install docker.io. ${manual}`,
    );
  // A `docker` in PATH may be a client alone: the engine is `dockerd`.
  if (!answers('dockerd', '--version')) {
    if (!canInstallPackages()) throw new SetupError(`No Docker Engine is installed. ${manual}`);
    say('installing the Docker Engine (apt-get install docker.io)');
    installPackage('docker.io');
    installClient();
  }
  if (await answersWithin(1_000)) return;
  if (existsSync('/run/systemd/system')) {
    say('starting the Docker Engine (systemctl start docker)');
    step('systemctl', ['start', 'docker']);
    if (!(await answersWithin(startLimit)))
      throw new SetupError('The Docker Engine does not respond. Check: journalctl -u docker');
  } else await startDockerd();
}

/** Debian 13 has the `docker` command, which our messages name, in a package that docker.io only recommends. */
function installClient() {
  if (answers('docker', '--version')) return;
  say('installing the docker command (apt-get install docker-cli)');
  installPackage('docker-cli');
}

/** Detached: it goes on when the target ends, as a service would. */
async function startDockerd() {
  const folder = resolve(process.env.SHIPMATE_DATA_DIR || fromRoot('data'));
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const file = join(folder, 'dockerd.log');
  say(`starting the Docker Engine (dockerd, logging to ${file})`);
  const log = openSync(file, 'a');
  const engine = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] });
  let failed = false;
  engine.on('error', () => (failed = true)).on('exit', () => (failed = true));
  const up = await answersWithin(startLimit, () => !failed);
  engine.unref();
  if (up) return;
  const lastWords = readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new SetupError(`The Docker Engine did not start on this machine. ${manual} Its last output:\n${lastWords}`);
}

/** An Engine that is part of a swarm already stays as it is. */
export async function ensureSwarm() {
  if (/^(ssh|https):/.test(process.env.DOCKER_HOST ?? '')) return;
  const { LocalNodeState: state, ControlAvailable: manages } = (await call('GET', '/info')).body.Swarm;
  if (state === 'active' && manages) return;
  if (state === 'active')
    throw new SetupError(
      'This Docker Engine is a worker of its swarm. Run Shipmate on a manager, or promote this node: docker node promote (on a manager).',
    );
  if (state !== 'inactive')
    throw new SetupError(
      `This Docker Engine's swarm is ${state}. Check: docker info (if it is locked, run: docker swarm unlock).`,
    );
  const own = await ownAddress();
  say(`creating a single-node swarm (docker swarm init --advertise-addr ${own})`);
  const { status, body } = await call('POST', '/swarm/init', { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: own });
  if (status !== 200) throw new SetupError(`docker swarm init failed: ${body.message}`);
}
