import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface LoadResult {
  requests: number;
  failed: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Bodies that were seen, and how often. */
  bodies: Map<string, number>;
  /** What went wrong, and how often. */
  errors: Map<string, number>;
}

export interface Target {
  port: number;
  host: string;
  path?: string;
  method?: string;
  body?: string;
  /** A connection for each request (default: they are kept). */
  fresh?: boolean;
}

export interface Load {
  /** Sends no more, waits for the answers that are due. */
  stop(): Promise<LoadResult>;
}

/**
 * Sends requests at a steady rate, whether or not earlier ones were answered, until stopped.
 * At most `limit` requests (default 20 000). A status of 400 or above counts as failed.
 */
export function startLoad(target: Target, perSecond: number, limit = 20_000): Load {
  const agent = new Agent({ keepAlive: !target.fresh, maxSockets: 200 });
  const stopping = new AbortController();
  const latencies: number[] = [];
  const result: LoadResult = { requests: 0, failed: 0, p50: 0, p99: 0, bodies: new Map(), errors: new Map() };
  const pending = new Set<Promise<void>>();

  async function one(): Promise<void> {
    const started = performance.now();
    try {
      count(result.bodies, await send(agent, target));
    } catch (error) {
      result.failed += 1;
      count(result.errors, error instanceof Error ? error.message : String(error));
    }
    latencies.push(performance.now() - started);
  }

  async function drive(): Promise<void> {
    const began = performance.now();
    while (!stopping.signal.aborted && result.requests < limit) {
      const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
      while (result.requests < Math.min(due, limit)) {
        result.requests += 1;
        const sent = one().finally(() => pending.delete(sent));
        pending.add(sent);
      }
      await delay(5, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const driving = drive();
  return {
    async stop() {
      stopping.abort();
      await driving;
      await Promise.all(pending);
      agent.destroy();
      latencies.sort((a, b) => a - b);
      result.p50 = percentile(latencies, 0.5);
      result.p99 = percentile(latencies, 0.99);
      return result;
    },
  };
}

function send(agent: Agent, target: Target): Promise<string> {
  const { port, host, path = '/', method = 'GET' } = target;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { agent, host: '127.0.0.1', port, path, method, headers: { host }, timeout: 30_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          if (status >= 400) reject(new Error(`status ${status}`));
          else resolve(Buffer.concat(chunks).toString('utf8').trim());
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 30 s')));
    outgoing.on('error', reject);
    outgoing.end(target.body);
  });
}

export function percentile(sorted: number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
