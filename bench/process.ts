import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bundledProgram } from '../scripts/setup/bundle.mjs';
import { freePort } from '../scripts/support/free-port.ts';
import { type ShipmateProcess, startShipmate } from '../scripts/support/shipmate-process.ts';
import { removeEmbeddedPostgres } from '../src/database/embedded.ts';
import { median, round } from './support/table.ts';

const rounds = 3;
/** Long enough for start-up garbage to be collected. */
const idleMs = 20_000;

export interface ProcessRow {
  /** Seconds from the start of the process until `/readyz` answers 200, with a database that exists. */
  startToReady: number;
  /** Resident memory after a while of doing nothing, megabytes. */
  idleMegabytes: number;
}

/** What a Shipmate that does nothing costs, with the embedded database and the bundle as `npm start` has them. */
export async function benchProcess(): Promise<ProcessRow> {
  const program = bundledProgram(process.execPath);
  if (program === undefined) throw new Error('there is no bundle to measure');
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-bench-'));
  const dataDir = join(folder, 'data');
  try {
    await stop(await start(program, dataDir));
    const starts: number[] = [];
    for (let turn = 0; turn < rounds; turn += 1) {
      const began = performance.now();
      const shipmate = await start(program, dataDir);
      starts.push((performance.now() - began) / 1000);
      if (turn < rounds - 1) await stop(shipmate);
      else return { startToReady: round(median(starts)), idleMegabytes: await idle(shipmate) };
    }
    throw new Error('no rounds');
  } finally {
    await removeEmbeddedPostgres(dataDir);
    await rm(folder, { recursive: true, force: true });
  }
}

async function start(program: string, dataDir: string): Promise<ShipmateProcess> {
  const port = await freePort();
  const env = {
    SHIPMATE_DATA_DIR: dataDir,
    SHIPMATE_PORT: String(port),
    SHIPMATE_LOG_LEVEL: 'error',
    DATABASE_URL: '',
  };
  const shipmate = startShipmate({ env, program });
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return shipmate;
    await delay(10);
  }
}

async function idle(shipmate: ShipmateProcess): Promise<number> {
  await delay(idleMs);
  const status = await readFile(`/proc/${shipmate.child.pid}/status`, 'utf8');
  await stop(shipmate);
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1000);
}

async function stop(shipmate: ShipmateProcess): Promise<void> {
  const code = await shipmate.stop();
  if (code !== 0) throw new Error(`Shipmate ended with ${code}`);
}

if (import.meta.main) console.table(await benchProcess());
