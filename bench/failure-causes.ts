import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureNodeBaseImage } from '../scripts/support/base-image.ts';
import { openStage } from '../scripts/support/demo-stage.ts';
import { freePort } from '../scripts/support/free-port.ts';
import { removeTraces } from '../scripts/support/remove-traces.ts';
import { removeEmbeddedPostgres } from '../src/database/embedded.ts';
import { connectDocker } from '../src/swarm/dockerode.ts';
import { readLines } from '../src/text-lines.ts';
import { median, round } from './support/table.ts';

const rounds = 3;

export interface CauseRow {
  /** Seconds from the end of the first container that fails until the message names the cause. */
  namesCause: number;
  /** The longest of the rounds. */
  longest: number;
}

/** From the crash of the first task of a new version to the live message that says why, in the console. */
export async function benchFailureCauses(): Promise<CauseRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-bench-'));
  const ports = { http: await freePort(), ingress: await freePort() };
  const baseImage = await ensureNodeBaseImage();
  const stage = await openStage({ folder, ports, baseImage, detached: false, onLine: () => undefined });
  const server = join(folder, 'hello', 'server.js');
  try {
    await stage.setUp();
    await pushAndWait('1', /done in/);
    const sound = await readFile(server, 'utf8');
    const seconds: number[] = [];
    for (let turn = 1; turn <= rounds; turn += 1) {
      const name = `STRIPE_KEY_${turn}`;
      await writeFile(server, `throw new Error('${name} is not set');\n${sound}`);
      await using crash = await nextCrash();
      const rolledBack = stage.process.waitFor(/rolled back/);
      const named = stage.process.waitFor(new RegExp(`${name}. is not set`)).then(() => performance.now());
      await stage.push(`2.${turn}`, false);
      const crashed = await crash.at;
      seconds.push(((await named) - crashed) / 1_000);
      await rolledBack;
    }
    return [{ namesCause: round(median(seconds), 1), longest: round(Math.max(...seconds), 1) }];
  } finally {
    await stage.leave();
    if (stage.ids) await removeTraces(stage.ids);
    await removeEmbeddedPostgres(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
  }

  async function pushAndWait(version: string, end: RegExp): Promise<void> {
    const ended = stage.process.waitFor(end);
    await stage.push(version, false);
    await ended;
  }
}

/** When the next container of a service ends with code 1, by this process's clock. */
async function nextCrash(): Promise<AsyncDisposable & { at: Promise<number> }> {
  const ending = new AbortController();
  const filters: { type: 'container'[]; event: string[] } = { type: ['container'], event: ['die'] };
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const stream = await docker.getEvents({ filters, abortSignal: ending.signal });
  stream.on('error', () => undefined);
  async function read(): Promise<number> {
    for await (const { text } of readLines(stream as AsyncIterable<Buffer>, 1024 ** 2)) {
      const { Actor } = JSON.parse(text) as { Actor: { Attributes: Record<string, string> } };
      const { exitCode, 'com.docker.swarm.service.name': service = '' } = Actor.Attributes;
      if (exitCode === '1' && service.includes('hello')) return performance.now();
    }
    throw new Error('no task crashed');
  }
  return { at: read(), [Symbol.asyncDispose]: async () => ending.abort() };
}

if (import.meta.main) console.table(await benchFailureCauses());
