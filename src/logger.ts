import { type DestinationStream, pino, type Logger } from 'pino';
import { lineWriter, type LogFormat } from './log-format.ts';
import { sourceLines } from './source-lines.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** Default `json`. */
  format?: LogFormat;
  /** Default: standard error. */
  to?: DestinationStream;
}

/**
 * A line for each event. Values under names that hold secrets are censored, and controls of terminals are escaped:
 * people read the log in one.
 */
export function createLogger(level: string, { format = 'json', to }: LoggerOptions = {}): Logger {
  return pino(
    {
      level,
      serializers: { err: loggedError },
      hooks: { streamWrite: lineWriter(format) },
      redact: {
        paths: [
          'password',
          'token',
          'secret',
          'authorization',
          'cookie',
          '*.password',
          '*.token',
          '*.secret',
          '*.authorization',
          '*.cookie',
        ],
        censor: '[redacted]',
      },
    },
    to ?? pino.destination({ dest: 2, sync: false }),
  );
}

/**
 * What the log keeps of an error: type, message, stack with causes, the errors of an aggregate, and plain values such as
 * a code. Libraries hang on objects that hold secrets: pg its client with the key that cancels queries, HTTP clients the
 * request with its headers.
 */
export function loggedError(error: unknown): unknown {
  return error instanceof Error ? withPlainValues(pino.stdSerializers.err(error)) : error;
}

function withPlainValues({ aggregateErrors, ...rest }: pino.SerializedError): object {
  const plain = Object.entries(rest).filter(([, value]) => value === null || typeof value !== 'object');
  return {
    ...Object.fromEntries(plain),
    ...(rest.stack && { stack: sourceLines(rest.stack) }),
    ...(aggregateErrors && { aggregateErrors: aggregateErrors.map(withPlainValues) }),
  };
}
