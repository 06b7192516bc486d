export type SpanAttributes = Record<string, string | number | boolean | undefined>;

export interface SpanStart {
  /** Default: now. */
  at?: Date | undefined;
  attributes?: SpanAttributes;
}

export interface SpanEnd {
  /** Default: now. */
  at?: Date | undefined;
  attributes?: SpanAttributes;
  /** Redacted; makes it an error. */
  error?: string | undefined;
}

/** What took part of the time of a trace. */
export interface Span {
  /** W3C trace context, by which others continue it. */
  readonly traceparent: string;
  /** Undefined when the sampler leaves the trace out. */
  readonly traceId: string | undefined;
  begin(name: string, start?: SpanStart): Span;
  /** Once; what comes later is ignored. */
  end(end?: SpanEnd): void;
}

export interface TraceStart extends SpanStart {
  /** W3C trace context of what it is part of, and of spans that it has to do with. */
  parent?: string | undefined;
  links?: readonly string[];
}

/** Sends what took how long to a collector; nothing waits for it. */
export interface Traces {
  begin(name: string, start: TraceStart): Span;
  /** Sends what is left, for some seconds at most. */
  close(): Promise<void>;
}
