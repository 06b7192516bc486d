#!/bin/sh
# @opentelemetry/exporter-trace-otlp-http 0.223.1, @opentelemetry/sdk-trace 2.12.1.
#
# Behaviour: an exporter ends each batch with a result, the only word an application has of it. A collector that answers 200
# with `partialSuccess`, and rejects every span, makes it SUCCESS; the reason goes to `diag.warn`, which nobody hears
# without `diag.setLogger`. One that answers 503 with a `Retry-After` beyond the exporter's own time (10 s) is asked once:
# the batch is dropped at once rather than tried within that time.
# Output seen:
#   200, all 2 spans rejected: SUCCESS, asked 1 time
#   503, Retry-After: 30:      FAILED (Export failed with retryable status), asked 1 time
#   503, then 200:             SUCCESS, asked 2 times
# Wrong guess: SUCCESS says that the spans were kept, and a busy collector is asked again as long as the batch has time.
#
# Needs Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @opentelemetry/api@1.9.1 @opentelemetry/exporter-trace-otlp-http@0.223.1 \
  @opentelemetry/sdk-trace@2.12.1
cat >refused.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

let answers = [];
let asked = 0;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    asked += 1;
    const [status, headers, body = ''] = answers.shift() ?? [200, {}];
    response.writeHead(status, headers).end(body);
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');

// Two spans to send, as the SDK hands them over.
const spans = [];
const collecting = { export: (given, done) => (spans.push(...given), done({ code: 0 })), shutdown: async () => {} };
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: collecting })] });
for (const name of ['build', 'roll out']) provider.getTracer('finding').startSpan(name).end();
await provider.forceFlush();

const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${server.address().port}/v1/traces` });

async function send(...given) {
  answers = given;
  asked = 0;
  const { code, error } = await new Promise((resolve) => exporter.export(spans, resolve));
  const result = code === 0 ? 'SUCCESS' : `FAILED (${error.message})`;
  return `${result}, asked ${asked} time${asked === 1 ? '' : 's'}`;
}

const rejected = JSON.stringify({ partialSuccess: { rejectedSpans: '2', errorMessage: 'over quota' } });
const seen = [
  await send([200, { 'content-type': 'application/json' }, rejected]),
  await send([503, { 'retry-after': '30' }]),
  await send([503, {}]),
];
console.log(`200, all ${spans.length} spans rejected: ${seen[0]}`);
console.log(`503, Retry-After: 30:      ${seen[1]}`);
console.log(`503, then 200:             ${seen[2]}`);
const expected = [
  'SUCCESS, asked 1 time',
  'FAILED (Export failed with retryable status), asked 1 time',
  'SUCCESS, asked 2 times',
];
process.exit(spans.length === 2 && JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node refused.mjs
