import { setTimeout as delay } from 'node:timers/promises';
import { type Context, type Link, ROOT_CONTEXT, type Span as SdkSpan, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TracesConfig } from '../config-traces.ts';
import type { Logger } from '../logger.ts';
import { userAgent, version } from '../version.ts';
import { createSampler } from './sampler.ts';
import { toldExporter } from './told-exporter.ts';
import { readTraceparent, writeTraceparent } from './traceparent.ts';
import type { Span, SpanAttributes, Traces } from './traces.ts';

/** Spans that wait for the collector at most: those of some 300 deployments. */
const maxQueueSize = 2_048;
const patienceMs = 3_000;

export interface TracesOptions {
  logger: Logger;
  /** Of this process among all Shipmates. */
  instance: string;
  /** How long spans are collected before they are sent, milliseconds (default 5,000). */
  batchMs?: number;
  /** How long a batch is tried to be sent, milliseconds (default: `OTEL_EXPORTER_OTLP_TIMEOUT`, or 10,000). */
  timeoutMs?: number;
  /** How long a stop waits for the collector, milliseconds (default 3,000). */
  closingMs?: number;
}

/** Spans by OpenTelemetry's SDK, sent in batches by OTLP over HTTP. */
export async function openTraces(config: TracesConfig, options: TracesOptions): Promise<Traces> {
  const exporter = toldExporter(await createExporter(config, options), {
    logger: options.logger,
    collector: new URL(config.url).origin,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.version': version,
      'service.instance.id': options.instance,
      ...config.resource,
    }),
    sampler: createSampler(config),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, maxQueueSize, scheduledDelayMillis: options.batchMs ?? 5_000 }),
    ],
  });
  const tracer = provider.getTracer('shipmate', version);

  function open(
    context: Context,
    name: string,
    start: { at?: Date | undefined; attributes?: SpanAttributes; links?: Link[] },
  ): Span {
    const span = tracer.startSpan(
      name,
      {
        ...(start.at && { startTime: start.at }),
        ...(start.links && { links: start.links }),
        attributes: start.attributes ?? {},
      },
      context,
    );
    return spanOf(span, (childName, child = {}) => open(trace.setSpan(context, span), childName, child));
  }

  return {
    begin(name, { links = [], parent, ...start }) {
      const from = readTraceparent(parent);
      const context = from ? trace.setSpanContext(ROOT_CONTEXT, sdkContext(from)) : ROOT_CONTEXT;
      const linked = links.flatMap((link) => {
        const to = readTraceparent(link);
        return to ? [{ context: sdkContext(to) }] : [];
      });
      return open(context, name, { ...start, links: linked });
    },
    async close() {
      const patience = new AbortController();
      const sent = provider.shutdown().catch(() => undefined);
      await Promise.race([
        sent,
        delay(options.closingMs ?? patienceMs, undefined, { signal: patience.signal }).catch(() => undefined),
      ]);
      patience.abort();
    },
  };
}

async function createExporter(
  { headers, protocol, url }: TracesConfig,
  { timeoutMs }: TracesOptions,
): Promise<SpanExporter> {
  const options = { url, headers, userAgent, ...(timeoutMs !== undefined && { timeoutMillis: timeoutMs }) };
  if (protocol === 'http/json') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    return new OTLPTraceExporter(options);
  }
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter(options);
}

function sdkContext({ flags, spanId, traceId }: { flags: number; spanId: string; traceId: string }) {
  return { traceId, spanId, traceFlags: flags & 1, isRemote: true };
}

function spanOf(span: SdkSpan, begin: Span['begin']): Span {
  const { spanId, traceFlags, traceId } = span.spanContext();
  return {
    traceparent: writeTraceparent({ flags: traceFlags, spanId, traceId }),
    traceId: (traceFlags & 1) === 1 ? traceId : undefined,
    begin,
    end({ at, attributes = {}, error } = {}) {
      span.setAttributes(attributes);
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
      span.end(at);
    },
  };
}
