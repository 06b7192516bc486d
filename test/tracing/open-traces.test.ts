import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { TracesConfig } from '../../src/config-traces.ts';
import { openTraces } from '../../src/tracing/open-traces.ts';
import { version } from '../../src/version.ts';
import { startCollector } from '../support/otlp-collector.ts';
import { until } from '../support/until.ts';

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const former = '00-aaf92f3577b34da6a3ce929d0e0e4736-aaf067aa0ba902b7-01';

let collector: Awaited<ReturnType<typeof startCollector>>;
let lines: { msg: string; collector: string; why?: string }[];

beforeEach(async () => {
  collector = await startCollector();
  lines = [];
});
afterEach(() => collector[Symbol.asyncDispose]());

function open(over: Partial<TracesConfig> = {}, options: { batchMs?: number; timeoutMs?: number } = {}) {
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]) });
  return openTraces({ ...collector.config, ...over }, { logger, instance: 'one', closingMs: 600_000, ...options });
}

describe('traces', () => {
  it('are sent with parents, links, times, attributes and errors', async () => {
    const traces = await open({ headers: { 'x-scope-orgid': 'team' } });
    const root = traces.begin('deploy shop/api', {
      parent,
      links: [former, 'nonsense'],
      at: new Date(1_000),
      attributes: { 'deployment.id': '1', 'shipmate.resumed': false, none: undefined },
    });
    root.begin('build', { at: new Date(2_000) }).end({ at: new Date(3_000), error: 'No space is left.' });
    root.end({ at: new Date(4_000), attributes: { 'deployment.status': 'failed' } });
    await traces.close();
    const [build, whole] = collector.spans();
    expect(whole).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
      name: 'deploy shop/api',
      startTimeUnixNano: '1000000000',
      endTimeUnixNano: '4000000000',
      attributes: { 'deployment.id': '1', 'shipmate.resumed': false, 'deployment.status': 'failed' },
      links: [{ traceId: 'aaf92f3577b34da6a3ce929d0e0e4736', spanId: 'aaf067aa0ba902b7' }],
      status: { code: 0 },
      resource: { 'service.name': 'shipmate', 'service.version': version, 'service.instance.id': 'one' },
    });
    expect(build).toMatchObject({
      traceId: whole?.traceId,
      parentSpanId: whole?.spanId,
      name: 'build',
      startTimeUnixNano: '2000000000',
      endTimeUnixNano: '3000000000',
      status: { code: 2, message: 'No space is left.' },
    });
    expect(root.traceparent).toBe(`00-${whole?.traceId}-${whole?.spanId}-01`);
    expect(root.traceId).toBe(whole?.traceId);
    expect(collector.requests).toMatchObject([
      { path: '/v1/traces', headers: { 'x-scope-orgid': 'team', 'content-type': 'application/json' } },
    ]);
    expect(lines).toEqual([]);
  });

  it('are binary unless JSON is asked for', async () => {
    const traces = await open({ protocol: 'http/protobuf' });
    traces.begin('deploy shop/api', {}).end();
    await traces.close();
    const [request] = collector.requests;
    expect(request?.headers['content-type']).toBe('application/x-protobuf');
    expect(request?.body.includes('deploy shop/api')).toBe(true);
  });

  it.each([
    ['always_off', undefined, false],
    ['always_on', parent.replace(/1$/, '0'), true],
    ['traceidratio', undefined, false],
    ['parentbased_always_on', undefined, true],
    ['parentbased_always_on', parent.replace(/1$/, '0'), false],
    ['parentbased_always_off', parent, true],
    ['parentbased_traceidratio', undefined, false],
  ] as const)('with %s and the parent %s are sent: %s', async (sampler, from, isSent) => {
    const traces = await open({ sampler, ratio: 0 });
    const root = traces.begin('deploy shop/api', { parent: from });
    root.begin('build').end();
    root.end();
    await traces.close();
    expect(root.traceId !== undefined).toBe(isSent);
    expect(collector.spans()).toHaveLength(isSent ? 2 : 0);
  });

  it('have the name and the attributes that the environment gives Shipmate', async () => {
    const traces = await open({ resource: { 'service.name': 'ship', 'service.version': '0', region: 'eu' } });
    traces.begin('deploy shop/api', {}).end();
    await traces.close();
    expect(collector.spans()[0]?.resource).toEqual({
      'service.name': 'ship',
      'service.version': '0',
      'service.instance.id': 'one',
      region: 'eu',
    });
  });
});

describe('a collector', () => {
  it('that refuses traces is said once, without path and credentials, and once that it takes them again', async () => {
    const traces = await open({ url: collector.config.url.replace('//', '//ada:hunter22@') }, { batchMs: 1 });
    const send = async () => {
      const before = collector.requests.length;
      traces.begin('deploy shop/api', {}).end();
      await until('a request', () => collector.requests.length > before);
    };
    collector.answer(401);
    await send();
    await send();
    await until('the word', () => lines.length === 1);
    collector.answer(200);
    await send();
    await until('the word', () => lines.length === 2);
    await send();
    await traces.close();
    const { origin } = new URL(collector.config.url);
    expect(lines).toMatchObject([
      {
        collector: origin,
        why: 'HTTP 401 Unauthorized',
        msg: 'the collector takes no traces; deployments go on without them, and this is said once',
      },
      { collector: origin, msg: 'the collector takes traces again' },
    ]);
  });

  it('that rejects spans of a batch that it took is said, with its reason', async () => {
    const traces = await open({}, { batchMs: 1 });
    const answered = async (partialSuccess: object, count: number) => {
      collector.answer(200, JSON.stringify({ partialSuccess }));
      traces.begin('deploy shop/api', {}).end();
      await until('the word', () => lines.length === count);
    };
    await answered({ rejectedSpans: '1', errorMessage: 'over quota' }, 1);
    await answered({ errorMessage: 'attributes will soon be limited' }, 2);
    await traces.close();
    expect(lines).toMatchObject([
      {
        why: '1 span rejected: over quota',
        msg: 'the collector does not take all spans; deployments go on without them, and this is said once',
      },
      { msg: 'the collector takes traces again' },
    ]);
  });

  it('gets what fits the queue; the rest is dropped', async () => {
    const traces = await open({}, { batchMs: 600_000 });
    for (let count = 0; count < 5_000; count += 1) traces.begin('deploy shop/api', {}).end();
    await traces.close();
    // The first batch of 512 is on its way when the queue of 2,048 fills.
    expect(collector.spans()).toHaveLength(2_560);
  });

  it('that is not there makes nothing wait', async () => {
    const traces = await open({ url: 'http://127.0.0.1:9/v1/traces' }, { batchMs: 600_000, timeoutMs: 200 });
    traces.begin('deploy shop/api', {}).end();
    await traces.close();
    expect(lines).toMatchObject([{ collector: 'http://127.0.0.1:9', why: expect.stringContaining('ECONNREFUSED') }]);
  });
});
