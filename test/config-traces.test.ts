import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../src/config.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/' };

describe('traces', () => {
  it.each([
    ['nothing is said', {}],
    ['the endpoint is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['only others are set', { OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' }],
    ['the SDK is disabled', { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }],
    ['the exporter is none', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }],
  ])('are off when %s', (_what, env) => {
    expect(loadConfig(env).traces).toBeUndefined();
  });

  it('need an endpoint alone', () => {
    expect(loadConfig(endpoint).traces).toEqual({
      url: 'http://127.0.0.1:4318/v1/traces',
      protocol: 'http/protobuf',
      headers: {},
      sampler: 'parentbased_always_on',
      ratio: 1,
      resource: { 'service.name': 'shipmate' },
    });
  });

  it('follow the variables of OpenTelemetry, those for traces first', () => {
    const env = {
      ...endpoint,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://tempo.example.com/otlp/v1/traces',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi, x-scope-orgid=one',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-scope-orgid=two',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_SERVICE_NAME: 'shipmate-berlin',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=pro%2Cduction,note=a=b',
    };
    expect(loadConfig(env).traces).toEqual({
      url: 'https://tempo.example.com/otlp/v1/traces',
      protocol: 'http/json',
      headers: { authorization: 'Basic YTpi', 'x-scope-orgid': 'two' },
      sampler: 'parentbased_traceidratio',
      ratio: 0.25,
      resource: { 'service.name': 'shipmate-berlin', 'deployment.environment.name': 'pro,duction', note: 'a=b' },
    });
  });

  it.each([
    [
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'grpc',
      'is grpc, which Shipmate does not speak: use http/protobuf and the port for OTLP over HTTP, usually 4318',
    ],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'smoke', 'is none of http/protobuf, http/json'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', '127.0.0.1:4318', 'is not an http or https URL'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization', 'is not a comma list of name=value, percent-encoded'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%zz', 'is not a comma list of name=value, percent-encoded'],
    [
      'OTEL_TRACES_SAMPLER',
      'half',
      'is none of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio',
    ],
    ['OTEL_TRACES_SAMPLER_ARG', '2', 'is above 1'],
    ['OTEL_TRACES_EXPORTER', 'zipkin', 'is neither otlp nor none'],
  ])('refuse %s=%s', (name, value, why) => {
    expect(() => loadConfig({ ...endpoint, [name]: value })).toThrow(`${name} ${why}. Example: ${name}=`);
  });
});
