export interface TraceContext {
  traceId: string;
  spanId: string;
  /** Bit 0: sampled. */
  flags: number;
}

/**
 * Undefined for what is no valid trace context. Later versions than 00 may have more behind a hyphen.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function readTraceparent(value: string | undefined): TraceContext | undefined {
  const found = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-[\w-]{0,400})?$/.exec(value?.trim() ?? '');
  if (!found) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = '', rest] = found;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** Whether its spans are sent. */
export function isSampled({ flags }: TraceContext): boolean {
  return (flags & 1) === 1;
}

/** In version 00, in which only the first bit of the flags means something. */
export function writeTraceparent({ flags, spanId, traceId }: TraceContext): string {
  return `00-${traceId}-${spanId}-0${flags & 1}`;
}
