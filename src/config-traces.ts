import { type Environment, read } from './config-read.ts';
import type { traceSamplers } from './config-trace-variables.ts';
import { variables } from './config-variables.ts';

/** Where traces of deployments are sent, and which. */
export interface TracesConfig {
  /** With the path; may hold credentials. */
  url: string;
  protocol: 'http/protobuf' | 'http/json';
  headers: Record<string, string>;
  sampler: (typeof traceSamplers)[number];
  /** From 0 to 1. */
  ratio: number;
  /** With `service.name`. */
  resource: Record<string, string>;
}

/** Undefined without an endpoint, or when traces are turned off. */
export function readTraces(env: Environment): TracesConfig | undefined {
  const base = read(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', variables.OTEL_EXPORTER_OTLP_ENDPOINT);
  const whole = read(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  const isOff =
    read(env, 'OTEL_SDK_DISABLED', variables.OTEL_SDK_DISABLED)?.toLowerCase() === 'true' ||
    read(env, 'OTEL_TRACES_EXPORTER', variables.OTEL_TRACES_EXPORTER) === 'none';
  const url = whole ?? (base === undefined ? undefined : `${base}/v1/traces`);
  if (url === undefined || isOff) return undefined;
  const name = read(env, 'OTEL_SERVICE_NAME', variables.OTEL_SERVICE_NAME);
  return {
    url,
    protocol:
      read(env, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', variables.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL) ??
      read(env, 'OTEL_EXPORTER_OTLP_PROTOCOL', variables.OTEL_EXPORTER_OTLP_PROTOCOL) ??
      'http/protobuf',
    headers: {
      ...read(env, 'OTEL_EXPORTER_OTLP_HEADERS', variables.OTEL_EXPORTER_OTLP_HEADERS),
      ...read(env, 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', variables.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
    },
    sampler: read(env, 'OTEL_TRACES_SAMPLER', variables.OTEL_TRACES_SAMPLER),
    ratio: read(env, 'OTEL_TRACES_SAMPLER_ARG', variables.OTEL_TRACES_SAMPLER_ARG),
    resource: {
      'service.name': 'shipmate',
      ...read(env, 'OTEL_RESOURCE_ATTRIBUTES', variables.OTEL_RESOURCE_ATTRIBUTES),
      ...(name !== undefined && { 'service.name': name }),
    },
  };
}
