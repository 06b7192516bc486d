import { setTimeout as delay } from 'node:timers/promises';
import { startLoad } from '../scripts/support/load.ts';
import { openSwarmIngress } from './support/swarm-ingress.ts';

/** Requests a second, and how long they go on before and after the update. */
const rate = 300;
const calmMs = 3_000;

const cases = [
  { application: 'exits at once', graceMs: 0, method: 'GET' },
  { application: 'exits at once', graceMs: 0, method: 'POST' },
  { application: 'serves 2 s on', graceMs: 2_000, method: 'GET' },
  { application: 'serves 2 s on', graceMs: 2_000, method: 'POST' },
];

export interface IngressRow {
  application: string;
  method: string;
  requests: number;
  failed: number;
  /** Milliseconds, of all requests from before the update until after it. */
  p50: number;
  p99: number;
}

/** What visitors notice of a start-first update of two tasks, for each kind of application. */
export async function benchIngress(): Promise<IngressRow[]> {
  await using stage = await openSwarmIngress();
  const rows: IngressRow[] = [];
  for (const { application, graceMs, method } of cases) {
    await stage.rollOut('before', graceMs);
    await stage.ingress.apply({ routes: [stage.routeOf('bench.test')], certificates: [], challenges: [] });
    const body = method === 'POST' ? 'x'.repeat(2_000) : '';
    const load = startLoad({ port: stage.ports.http, host: 'bench.test', method, body }, rate);
    await delay(calmMs);
    await stage.rollOut('after', graceMs);
    await delay(calmMs);
    const { requests, failed, p50, p99 } = await load.stop();
    rows.push({ application, method, requests, failed, p50, p99 });
  }
  return rows;
}

if (import.meta.main) console.table(await benchIngress());
