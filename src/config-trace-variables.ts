import { z } from 'zod';
import { text, url } from './config-decoders.ts';
import { variable } from './config-variable.ts';
import { anyOf } from './word-lists.ts';

export const traceSamplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
const protocols = ['http/protobuf', 'http/json'] as const;

const protocol = z.enum(protocols, {
  error: ({ input }) =>
    input === 'grpc'
      ? 'is grpc, which Shipmate does not speak: use http/protobuf and the port for OTLP over HTTP, usually 4318'
      : `is none of ${protocols.join(', ')}`,
});

/** `name=value`, separated by commas, percent-encoded as in W3C baggage. */
const pairs = text.transform((value, context): Record<string, string> => {
  const entries = value.split(',').filter((entry) => entry.trim() !== '');
  const decoded = entries.map((entry) => pairOf(entry));
  const known = decoded.filter((pair) => pair !== undefined);
  if (known.length < decoded.length) context.addIssue('is not a comma list of name=value, percent-encoded');
  return Object.fromEntries(known);
});

function pairOf(entry: string): [string, string] | undefined {
  const at = entry.indexOf('=');
  if (at < 1) return undefined;
  try {
    return [decodeURIComponent(entry.slice(0, at).trim()), decodeURIComponent(entry.slice(at + 1).trim())];
  } catch {
    return undefined;
  }
}

/** Standard variables of OpenTelemetry; what concerns the connection alone is read by its SDK. */
export const traceVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(url.optional(), {
    meaning:
      'Turns on traces of deployments: the collector that they are sent to, with OTLP over HTTP, at `/v1/traces` below this address. See docs/monitoring.md.',
    preset: 'no traces',
    example: 'http://127.0.0.1:4318',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: variable(
    z.url({ protocol: /^https?$/, error: 'is not an http or https URL' }).optional(),
    {
      meaning: 'The same with the full path; takes precedence.',
      preset: 'none',
      example: 'https://tempo.example.com/otlp/v1/traces',
    },
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: variable(protocol.optional(), {
    meaning: `${anyOf(protocols)}.`,
    preset: 'http/protobuf',
    example: 'http/json',
  }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: variable(protocol.optional(), {
    meaning: 'The same for traces; takes precedence.',
    preset: 'none',
    example: 'http/json',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: variable(pairs.optional(), {
    meaning: 'Headers for the collector, `name=value` separated by commas and percent-encoded, e.g. its token.',
    preset: 'none',
    example: 'authorization=Basic%20c2hpcG1hdGU6c2VjcmV0',
  }),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: variable(pairs.optional(), {
    meaning: 'Additional headers, for traces.',
    preset: 'none',
    example: 'x-scope-orgid=team',
  }),
  OTEL_TRACES_EXPORTER: variable(z.enum(['otlp', 'none'], 'is neither otlp nor none').optional(), {
    meaning: '`none` turns traces off again.',
    preset: 'otlp',
    example: 'none',
  }),
  OTEL_SDK_DISABLED: variable(text.optional(), {
    meaning: '`true` turns traces off again.',
    preset: 'false',
    example: 'true',
  }),
  OTEL_TRACES_SAMPLER: variable(
    z.enum(traceSamplers, `is none of ${traceSamplers.join(', ')}`).prefault('parentbased_always_on'),
    {
      meaning: `Which deployments are traced: ${anyOf(traceSamplers)}.`,
      preset: 'parentbased_always_on',
      example: 'parentbased_traceidratio',
    },
  ),
  OTEL_TRACES_SAMPLER_ARG: variable(
    z.coerce.number<string>('is not a number').min(0, 'is below 0').max(1, 'is above 1').prefault('1'),
    {
      meaning: 'The fraction of deployments to trace, from 0 to 1, for the ratio samplers.',
      preset: '1',
      example: '0.25',
    },
  ),
  OTEL_SERVICE_NAME: variable(text.optional(), {
    meaning: 'Name of Shipmate in its traces.',
    preset: 'shipmate',
    example: 'shipmate-berlin',
  }),
  OTEL_RESOURCE_ATTRIBUTES: variable(pairs.optional(), {
    meaning: 'Attributes of all its traces, written like headers.',
    preset: 'none',
    example: 'deployment.environment.name=production',
  }),
};
