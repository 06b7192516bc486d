import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../scripts/support/load.ts';
import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import type { IngressState, IngressRoute } from '../src/ingress/ingress.ts';
import type { Deps } from '../src/usecases/deps.ts';
import { addDomain } from '../src/usecases/domains/change-domains.ts';
import { openApplication, openCaddy } from '../test/support/caddy.ts';
import { makeApplication, makeDeployment, makeProject, makeUser } from '../test/support/factories.ts';
import { consoleOrigin, fakeDeps } from '../test/support/fakes.ts';
import { selfSigned } from '../test/support/self-signed.ts';
import { until } from '../test/support/until.ts';
import { benchPostgres } from './support/database.ts';
import { openSwarmIngress } from './support/swarm-ingress.ts';
import { round } from './support/table.ts';

const domains = Number(process.env['BENCH_DOMAINS'] ?? 1_000);
const changes = Number(process.env['BENCH_CHANGES'] ?? 100);
/** Domains whose way from the command to the first answer is timed, at each size. */
const timed = 20;
const atOnce = 25;
const perSecond = 300;
const pauseMs = 50;

export interface DomainRow {
  what: string;
  /** Domains the ingress has by then. */
  domains: number;
  result: string;
  aim: string;
}

type Caddy = Awaited<ReturnType<typeof openCaddy>>;
type Application = Awaited<ReturnType<typeof openApplication>>;

/** Additions: a real Caddy as a process, PostgreSQL as in production. Changes under load: the ingress as a service. */
export async function benchDomains(): Promise<DomainRow[]> {
  await using postgres = await benchPostgres();
  await migrate(postgres.url);
  const database = await connectDatabase(postgres.url);
  await using application = await openApplication((_, response) => response.end('ok'));
  await using caddy = await openCaddy({ drainSeconds: 1 });
  const deps = fakeDeps(database, { ingress: caddy.ingress });
  try {
    return [...(await additions(deps, caddy, application)), ...(await underLoad())];
  } finally {
    await database.close();
  }
}

/** From `domain add` to the first answer, with few domains and with many, and what Caddy weighs. */
async function additions(deps: Deps, caddy: Caddy, { port }: Application): Promise<DomainRow[]> {
  const user = await makeUser(deps.database, { role: 'super_admin' });
  const project = await makeProject(deps.database, { name: 'bench', owner: user });
  const dockerConfig = { ports: [{ container: port }] };
  const application = await makeApplication(deps.database, { name: 'api', project, dockerConfig });
  await makeDeployment(deps.database, { application, status: 'success' });
  const add = (domain: string) =>
    addDomain(deps, {
      user,
      origin: consoleOrigin(),
      domain,
      application: 'bench/api',
      wwwRedirect: false,
      settings: { tls: false },
    });
  const rows = [await firstAnswers(caddy, add, 'few', 0), await weight(caddy, timed)];
  const loads = caddy.host.loads();
  const started = performance.now();
  // As a script does it that does not wait for each: what comes while one is worked on is done together.
  const names = Array.from({ length: domains - timed }, (_, at) => `d${at}.bulk.test`);
  for (let at = 0; at < names.length; at += atOnce) await Promise.all(names.slice(at, at + atOnce).map(add));
  rows.push({
    what: `added, ${atOnce} at a time`,
    domains,
    result: `${round((performance.now() - started) / 1000)} s, ${caddy.host.loads() - loads} configurations`,
    aim: '',
  });
  return [...rows, await firstAnswers(caddy, add, 'many', domains), await weight(caddy, domains + timed)];
}

async function firstAnswers(
  caddy: Caddy,
  add: (domain: string) => Promise<unknown>,
  prefix: string,
  already: number,
): Promise<DomainRow> {
  const times: number[] = [];
  for (let at = 0; at < timed; at += 1) {
    const host = `${prefix}${at}.timed.test`;
    const started = performance.now();
    await add(host);
    await until('an answer', async () => (await caddy.get(`http://${host}/`)).status === 200);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const result = `p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms`;
  return { what: '`domain add` to the first answer', domains: already + timed, result, aim: 'p99 < 2 s' };
}

async function weight(caddy: Caddy, count: number): Promise<DomainRow> {
  const status = await readFile(`/proc/${caddy.host.pid() ?? 'self'}/status`, 'utf8');
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  return { what: 'resident memory of Caddy', domains: count, result: `${Math.round(kilobytes / 1024)} MB`, aim: '' };
}

/** Requests to one domain while others come and go, each time with all there is, certificates too. */
async function underLoad(): Promise<DomainRow[]> {
  await using stage = await openSwarmIngress();
  await stage.rollOut('one');
  const shop = await selfSigned('shop.test', '*.bulk.test');
  const bulk = Array.from({ length: domains }, (_, at) => stage.routeOf(`d${at}.bulk.test`, true));
  const state = (routes: IngressRoute[]): IngressState => ({ routes, certificates: [shop], challenges: [] });
  const base = [stage.routeOf('shop.test'), ...bulk];
  await stage.ingress.apply(state(base));
  const rows: DomainRow[] = [];
  for (const connections of ['kept', 'fresh'] as const) {
    const visit = (during: () => Promise<void>) => measure(stage.ports.http, connections, during);
    const calm = await visit(async () => delay(3_000));
    const changed = await visit(async () => {
      for (let at = 0; at < changes; at += 1) {
        await stage.ingress.apply(state([...base, stage.routeOf(`change${at}.test`)]));
        await delay(pauseMs);
      }
    });
    const what = `requests over ${connections} connections`;
    rows.push({ what: `${what} while nothing changes`, domains, result: shown(calm), aim: '' });
    rows.push({ what: `${what} during ${changes} changes`, domains, result: shown(changed), aim: 'none failed' });
  }
  return rows;
}

interface Load {
  requests: number;
  failed: number;
  p50: number;
  p99: number;
  errors: [string, number][];
}

/** The visitors are a process of their own: what makes the configurations must not keep them from noticing. */
async function measure(port: number, connections: 'kept' | 'fresh', during: () => Promise<void>) {
  const program = new URL('support/load-process.ts', import.meta.url).pathname;
  const order = [program, String(port), 'shop.test', String(perSecond), connections];
  const visitors = spawn(process.execPath, order, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = text(visitors.stdout);
  await delay(500);
  const started = performance.now();
  await during();
  const seconds = (performance.now() - started) / 1000;
  visitors.stdin.end();
  return { ...(JSON.parse(await said) as Load), seconds };
}

function shown({ errors, failed, p50, p99, requests, seconds }: Load & { seconds: number }): string {
  const why = failed > 0 ? ` (${errors.map(([error, count]) => `${count} × ${error}`).join(', ')})` : '';
  return `${failed} of ${requests} failed${why} in ${round(seconds)} s, p50 ${p50} ms, p99 ${p99} ms`;
}

if (import.meta.main) console.table(await benchDomains());
