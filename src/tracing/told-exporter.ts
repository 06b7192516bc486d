import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';

/** Of what a collector says, characters. */
const shown = 300;

/** What the collector rejected of the batch whose end is told next. */
let rejected: string | undefined;

/**
 * Says once that the collector does not take what is sent, and once that it does again: each batch would say the same.
 * @param collector Without path and credentials.
 */
export function toldExporter(exporter: SpanExporter, { logger, collector }: { logger: Logger; collector: string }) {
  let isRefused = false;
  listenToSdk();
  const told: SpanExporter = {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const { error } = result;
        const why = error ? whyOf(error) : rejected;
        rejected = undefined;
        if (why !== undefined && !isRefused) {
          const what = error ? 'takes no traces' : 'does not take all spans';
          logger.warn(
            { collector, why },
            `the collector ${what}; deployments go on without them, and this is said once`,
          );
        }
        if (why === undefined && isRefused) logger.info({ collector }, 'the collector takes traces again');
        isRefused = why !== undefined;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
  return told;
}

/**
 * A batch of which the collector rejects spans, even all of them, is a success to the SDK. It says so to `diag` alone, just
 * before it tells that the batch has been sent.
 */
function listenToSdk(): void {
  const nothing = () => undefined;
  const listener = {
    error: nothing,
    info: nothing,
    debug: nothing,
    verbose: nothing,
    warn(message: string, ...details: unknown[]) {
      if (message.startsWith('Received Partial Success')) rejected = rejectionOf(String(details[0]));
    },
  };
  diag.setLogger(listener, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

/** Undefined when it took all of them, and only warns. */
function rejectionOf(text: string): string | undefined {
  const { errorMessage, rejectedSpans } = JSON.parse(text) as { errorMessage?: unknown; rejectedSpans?: unknown };
  const count = Number(rejectedSpans ?? 0);
  if (!(count > 0)) return undefined;
  const reason = typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : 'no reason given';
  return `${count === 1 ? '1 span' : `${count} spans`} rejected: ${reason}`.slice(0, shown);
}

function whyOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'number' ? `HTTP ${error.code} ` : '';
  return `${code}${error.message}`.trim().slice(0, shown) || 'no reason given';
}
