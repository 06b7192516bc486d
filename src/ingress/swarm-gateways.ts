import { createHash } from 'node:crypto';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { oneWaiting } from '../serial-queue.ts';
import type { IngressEngine, IngressSpec } from '../swarm/ingress/ingress-engine.ts';
import { labelKeys } from '../swarm/labels.ts';
import type { Swarm } from '../swarm/swarm.ts';
import { ensureGatewayImage } from './gateway-image.ts';
import type { GatewayAnswer, Gateways, GatewaySpec } from './gateways.ts';
import { handOver, lateNodes, spread } from './hand-over.ts';

/** How long a task may take to come up, and its program to answer, milliseconds. */
const startMs = 30_000;
const answerMs = 30_000;
/** How long what was handed over is taken for true: another Shipmate may hand over something else. */
const trustMs = 5 * 60_000;

/** Inside the container. */
const runDir = '/run/gateway';
const socket = `${runDir}/control.sock`;
const configDir = '/config';
const programDir = '/shipmate';
const listens = 5000;

/**
 * A client, or a node with a database, that is gone is missed after two minutes: asked four times, 15 s apart, once it was
 * silent for a minute. By default the kernel asks for eleven minutes, while the session keeps its locks.
 */
const signsOfLife = { 'net.ipv4.tcp_keepalive_intvl': '15', 'net.ipv4.tcp_keepalive_probes': '4' };

/** Sends a file, or its standard input, to the program's socket; exits with 0 when that answers `ok`. */
const tell = `
const { readFileSync } = require('node:fs');
const [file, path] = process.argv.slice(1);
let answer = '';
const socket = require('node:net').connect({ path, allowHalfOpen: true });
socket.setEncoding('utf8').on('data', (text) => (answer += text));
socket.on('error', (error) => { console.error('no socket: ' + error.message); process.exit(2); });
socket.on('end', () => { console.log(answer); process.exit(answer.startsWith('ok') ? 0 : 1); });
socket.end(readFileSync(file === '-' ? 0 : file));
`;

interface Options {
  engine: IngressEngine;
  swarm: Swarm;
  logger: Logger;
  /** Image with Node 24 to run when it can be had, e.g. `node:24-alpine`. */
  image: string;
  /** Where an image that is made here is pushed to, for other nodes. */
  registry?: string | undefined;
  /** Tells the gateways of this Shipmate from another's on the same Swarm: the ingress's HTTP port. */
  owner: number;
}

/** A global Swarm service for each, so that one is added, changed and removed without a word to the others' sessions. */
export function swarmGateways(options: Options): Gateways {
  const { engine, owner } = options;
  const label = { [labelKeys.gateway]: String(owner) };
  const handed = new Map<string, { container: string; hash: string; at: number }>();

  async function serve(spec: GatewaySpec): Promise<void> {
    const name = nameOf(spec.port);
    const image = await ensureGatewayImage(options);
    const container = await engine.ensure(serviceSpec(spec, image, label), AbortSignal.timeout(startMs));
    const input = settingsOf(spec);
    const hash = createHash('sha256').update(input).digest('hex');
    const before = handed.get(name);
    const same = before?.container === container && before.hash === hash;
    if (same && performance.now() - before.at < trustMs) return;
    await handOver(engine, container, { command: telling('-'), input, notYet: /no socket/ }, answerMs);
    await spread(options, { name, config: input, runDir, command: telling });
    handed.set(name, { container, hash, at: performance.now() });
  }

  async function apply(wanted: GatewaySpec[]): Promise<void> {
    const names = new Set(wanted.map(({ port }) => nameOf(port)));
    const present = await engine.labelled(`${labelKeys.gateway}=${owner}`);
    const work = [
      ...present.filter((name) => !names.has(name)).map((name) => engine.remove(name)),
      ...wanted.map(async (spec) => serve(spec).catch((error: unknown) => Promise.reject(failure(spec, error)))),
    ];
    const reasons = (await Promise.allSettled(work)).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    if (reasons.length > 0) throw new UnavailableError(reasons.map((one) => (one as Error).message).join(' '));
  }

  return {
    apply: oneWaiting(apply),
    async ask(port) {
      const container = await engine.container(nameOf(port));
      if (container === undefined) return undefined;
      const request = { command: telling('-'), input: '', notYet: /no socket/ };
      const output = await handOver(engine, container, request, answerMs);
      return JSON.parse(output.slice('ok '.length)) as GatewayAnswer;
    },
    problem: (port) => lateNodes(engine, nameOf(port)),
  };
}

function nameOf(port: number): string {
  return `shipmate-gateway-${port}`;
}

function telling(file: string): string[] {
  return ['/usr/local/bin/node', '-e', tell, file, socket];
}

/** What it is handed may be quoted in an error: no line of the key is to be read in it. */
function failure({ port, privateKey }: GatewaySpec, error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error);
  const lines = privateKey.split(/\s/).filter((line) => line.length >= 8);
  const redacted = lines.reduce((text, line) => text.replaceAll(line, '[redacted]'), said);
  return new Error(`The gateway at port ${port} does not serve: ${redacted.slice(-500)}`);
}

function settingsOf({ allow, certificate, privateKey, service, target }: GatewaySpec): string {
  return JSON.stringify({ target: { host: `tasks.${service}`, port: target }, allow, certificate, privateKey });
}

function serviceSpec(spec: GatewaySpec, image: string, labels: Record<string, string>): IngressSpec {
  const { files, main, opening } = spec.program;
  const inContainer = (file: string) => `${programDir}/${file}`;
  return {
    name: nameOf(spec.port),
    image,
    labels,
    command: [
      '/usr/local/bin/node',
      '--disable-warning=ExperimentalWarning',
      inContainer(main),
      inContainer(opening),
      String(listens),
      socket,
      `${configDir}/settings.json`,
    ],
    programs: Object.fromEntries(Object.entries(files).map(([file, content]) => [inContainer(file), content])),
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    ports: { [listens]: spec.port },
    networks: [spec.network],
    configDir,
    runDir,
    kernelSettings: signsOfLife,
  };
}
