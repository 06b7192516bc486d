import { expect, test } from '@jest/globals';
import { isSampled, readTraceparent, writeTraceparent } from '../../src/tracing/traceparent.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test.each([
  ['sampled', `00-${traceId}-${spanId}-01`, 1, `00-${traceId}-${spanId}-01`],
  ['not sampled', `00-${traceId}-${spanId}-00`, 0, `00-${traceId}-${spanId}-00`],
  ['blanks around it', ` 00-${traceId}-${spanId}-01 `, 1, `00-${traceId}-${spanId}-01`],
  ['other flags', `00-${traceId}-${spanId}-ff`, 255, `00-${traceId}-${spanId}-01`],
  ['a later version', `cc-${traceId}-${spanId}-01-what-the-future-holds`, 1, `00-${traceId}-${spanId}-01`],
])('reads one that is %s', (_what, header, flags, written) => {
  const context = readTraceparent(header);
  expect(context).toEqual({ traceId, spanId, flags });
  expect(context && writeTraceparent(context)).toBe(written);
  expect(context && isSampled(context)).toBe((flags & 1) === 1);
});

test.each([
  ['nothing', undefined],
  ['an empty header', ''],
  ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['the version that is none', `ff-${traceId}-${spanId}-01`],
  ['more than version 00 has', `00-${traceId}-${spanId}-01-more`],
  ['a line end', `00-${traceId}-${spanId}-01\r\nx: y`],
  ['two headers', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
])('takes %s for no trace context', (_what, header) => {
  expect(readTraceparent(header)).toBeUndefined();
});
