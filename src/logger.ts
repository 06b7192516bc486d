import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard error, or at the end of `file`. Values under names that hold secrets are censored. */
export function createLogger(level: string, file?: string): Logger {
  return pino(
    {
      level,
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
    pino.destination({ dest: file ?? 2, sync: false, mkdir: true, mode: 0o600 }),
  );
}
