import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createRunCounts } from '../../../src/usecases/jobs/run-counts.ts';
import { watchDisks } from '../../../src/usecases/watchers/watch-disks.ts';
import { watchNodes } from '../../../src/usecases/watchers/watch-nodes.ts';
import type { RawListener } from '../../../src/handlers/bodies/raw-request.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeDeployment } from '../../support/factories.ts';
import { fakeDeps, fakeIngress, fakeQueue, fakeSwarm } from '../../support/fakes.ts';
import { listen } from './server.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

async function get(path: string, over: Partial<Deps> = {}): Promise<{ status: number; text: string }> {
  const server = await listen(fakeDeps(test.database, over));
  try {
    const response = await fetch(server.url + path);
    return { status: response.status, text: await response.text() };
  } finally {
    await server.close();
  }
}

describe('health', () => {
  it('is alive whatever its parts do', async () => {
    const swarm = { ...fakeSwarm().swarm, ping: () => Promise.reject(new Error('no socket')) };
    expect((await get('/healthz', { swarm })).status).toBe(200);
  });

  it('is ready when database, queue and Docker answer', async () => {
    const { status, text } = await get('/readyz');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ status: 'ready', checks: { database: 'ok', queue: 'ok', docker: 'ok' } });
  });

  it('names the part that does not answer, and why', async () => {
    const swarm = { ...fakeSwarm().swarm, ping: () => Promise.reject(new Error('connect ENOENT /run/docker.sock')) };
    const queue = { ...fakeQueue().queue, ping: () => Promise.reject(new AggregateError([new Error('refused')])) };
    const { status, text } = await get('/readyz', { swarm, queue });
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({
      checks: { database: 'ok', queue: 'refused', docker: 'connect ENOENT /run/docker.sock' },
    });
  });
});

describe('the ingress of another node', () => {
  it.each([
    [async () => 'The ingress does not have the latest routes on node-2 (no such image).', 'degraded'],
    [async () => undefined, 'ready'],
    [() => Promise.reject(new Error('no socket')), 'ready'],
  ])('that is behind is told, and Shipmate stays ready', async (problem, status) => {
    const answer = await get('/readyz', { ingress: { ...fakeIngress().ingress, problem } });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ status });
    expect(answer.text.includes('node-2')).toBe(status === 'degraded');
  });
});

describe('a chat platform that is out of reach', () => {
  it.each([
    [undefined, 'ready', 'ok'],
    ['the connection to Slack was closed', 'degraded', 'the connection to Slack was closed'],
  ])('with the problem %j is %s: Shipmate goes on deploying', async (problem, status, slack) => {
    const server = await listen(fakeDeps(test.database), [{ platform: 'slack', problem: () => problem }]);
    try {
      const response = await fetch(`${server.url}/readyz`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ status, checks: { database: 'ok', slack } });
    } finally {
      await server.close();
    }
  });

  it('sends its requests to the path it names, with the raw body', async () => {
    const bodies: string[] = [];
    const listener: RawListener = (request, response) => {
      bodies.push(String(request.rawBody));
      response.end('taken');
    };
    const server = await listen(fakeDeps(test.database), [
      { platform: 'slack', http: { path: '/slack/events', listener } },
    ]);
    try {
      const response = await fetch(`${server.url}/slack/events`, { method: 'POST', body: 'a=1&b= 2' });
      expect(await response.text()).toBe('taken');
      expect(bodies).toEqual(['a=1&b= 2']);
    } finally {
      await server.close();
    }
  });
});

describe('GET /metrics', () => {
  it('counts deployments, jobs and requests', async () => {
    await makeDeployment(test.database, { status: 'failed', completedAt: new Date() });
    const server = await listen(fakeDeps(test.database));
    try {
      await fetch(`${server.url}/healthz`);
      await fetch(`${server.url}/some/secret/path`);
      await fetch(`${server.url}/webhooks/github`, { method: 'POST', body: '{}' });
      const text = await (await fetch(`${server.url}/metrics`)).text();
      expect(text).toContain('shipmate_deployments{status="failed"} 1');
      expect(text).toContain('shipmate_deployments{status="success"} 0');
      expect(text).toContain('shipmate_queue_depth{state="waiting"} 0');
      expect(text).toMatch(
        /shipmate_http_request_duration_seconds_count\{method="GET",route="\/healthz",status="200"\} 1/,
      );
      expect(text).toContain('shipmate_webhooks_total{provider="github",outcome="unsigned"} 1');
      expect(text).not.toContain('secret/path');
      expect(text).toContain('process_resident_memory_bytes');
    } finally {
      await server.close();
    }
  });

  it('names routes by their pattern, whatever the path holds', async () => {
    const listener: RequestListener = (_request, response) => void response.end('taken');
    const chat = { platform: 'slack', http: { path: '/slack/events', listener } };
    const server = await listen(fakeDeps(test.database), [chat]);
    const deployment = '00000000-0000-4000-8000-000000000001';
    const asked = [
      ['GET', '/assets/page.css', '/assets/:file', 200],
      ['GET', '/assets/nothing.css', '/assets/:file', 404],
      ['GET', `/deployments/${deployment}/lines?before=7`, '/deployments/:id/lines', 401],
      ['GET', '/sign-in/', '/sign-in', 200],
      ['GET', `/api/deployments/${deployment}`, '/api/deployments/:id', 401],
      ['POST', '/api/commands/project.create', '/api/commands/:name', 400],
      ['POST', '/slack/events', '/slack/events', 200],
      ['DELETE', '/sign-in', 'other', 404],
    ] as const;
    try {
      for (const [method, path] of asked) {
        const json = path.startsWith('/api/commands') && {
          body: '{"nam',
          headers: { 'content-type': 'application/json' },
        };
        await (await fetch(`${server.url}${path}`, { method, ...json })).arrayBuffer();
      }
      const text = await (await fetch(`${server.url}/metrics`)).text();
      const counted = [...text.matchAll(/request_duration_seconds_count\{(.*)\} (\d+)/g)].map(([, labels]) => labels);
      expect(counted.sort()).toEqual(
        asked.map(([method, , route, status]) => `method="${method}",route="${route}",status="${status}"`).sort(),
      );
    } finally {
      await server.close();
    }
  });

  it('counts a webhook that is too large for its provider', async () => {
    const server = await listen(fakeDeps(test.database));
    try {
      const body = Buffer.alloc(26 * 1024 * 1024);
      expect((await fetch(`${server.url}/webhooks/gitlab`, { method: 'POST', body })).status).toBe(413);
      const text = await (await fetch(`${server.url}/metrics`)).text();
      expect(text).toContain('shipmate_webhooks_total{provider="gitlab",outcome="refused"} 1');
    } finally {
      await server.close();
    }
  });

  it('counts the leases that were lost', async () => {
    const server = await listen(fakeDeps(test.database), [], { leaseLosses: { count: () => 2 } });
    try {
      for (let times = 0; times < 2; times += 1) {
        const text = await (await fetch(`${server.url}/metrics`)).text();
        expect(text).toContain('shipmate_leases_lost_total 2');
      }
    } finally {
      await server.close();
    }
  });

  it('counts the runs of jobs and the time they took', async () => {
    const counts = createRunCounts();
    for (const seconds of [1.5, 2]) counts.add({ job: 'tidy', status: 'success', seconds });
    const server = await listen(fakeDeps(test.database), [], { runs: counts });
    try {
      for (let times = 0; times < 2; times += 1) {
        const text = await (await fetch(`${server.url}/metrics`)).text();
        expect(text).toContain('shipmate_job_runs_total{scheduled_job="tidy",status="success"} 2');
        expect(text).toContain('shipmate_job_run_seconds_total{scheduled_job="tidy",status="success"} 3.5');
      }
    } finally {
      await server.close();
    }
  });

  it('tells of disks and nodes as the watchers saw them last', async () => {
    const deps = fakeDeps(test.database);
    await watchNodes(deps);
    const seen = { device: 1, sizeBytes: 100, usedBytes: 60, freeBytes: 40 };
    await watchDisks(deps, { host: 'h1', look: async (path) => (path === '/nonexistent' ? seen : undefined) });
    const { text } = await get('/metrics');
    expect(text).toContain('shipmate_disk_size_bytes{host="h1",disk="data and docker"} 100');
    expect(text).toContain('shipmate_disk_free_bytes{host="h1",disk="data and docker"} 40');
    expect(text).toContain('shipmate_nodes{state="ready"} 1');
    expect(text).toContain('shipmate_nodes{state="lost"} 0');
  });

  it('leaves out what it cannot read', async () => {
    const queue = { ...fakeQueue().queue, depth: () => Promise.reject(new Error('gone')) };
    const { status, text } = await get('/metrics', { queue });
    expect(status).toBe(200);
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toContain('shipmate_queue_depth{');
  });
});
