import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';

/** Of what a collector says, characters. */
const shown = 300;

/**
 * Says once that the collector does not take what is sent, and once that it does again: each batch would say the same.
 * @param collector Without path and credentials.
 */
export function toldExporter(exporter: SpanExporter, { logger, collector }: { logger: Logger; collector: string }) {
  let isRefused = false;
  const told: SpanExporter = {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const { error } = result;
        if (error && !isRefused) {
          logger.warn(
            { collector, why: whyOf(error) },
            'the collector takes no traces; deployments go on without them, and this is said once',
          );
        }
        if (!error && isRefused) logger.info({ collector }, 'the collector takes traces again');
        isRefused = error !== undefined;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
  return told;
}

function whyOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'number' ? `HTTP ${error.code} ` : '';
  return `${code}${error.message}`.trim().slice(0, shown) || 'no reason given';
}
