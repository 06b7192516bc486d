import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRedactor } from '../../secrets/redact.ts';

const redact = createRedactor([]);

export interface History {
  /** Most lines that are kept. */
  size: number;
  /** What was typed in earlier sessions, newest first. */
  read(): string[];
  /** Keeps the lines for the next session, without those that may hold a secret. */
  write(lines: string[]): void;
}

/**
 * Lines kept in `console_history` in the data folder, mode 0600. A folder that cannot be written is no error.
 * @param isConfidential Whether a line may hold a value that nobody else should read.
 */
export function fileHistory(dataDir: string, isConfidential: (line: string) => boolean): History {
  const file = join(dataDir, 'console_history');
  return {
    size: 500,
    read() {
      try {
        return readFileSync(file, 'utf8').split('\n').filter(Boolean);
      } catch {
        return [];
      }
    },
    write(lines) {
      try {
        writeFileSync(file, `${lines.filter((line) => redact(line) === line && !isConfidential(line)).join('\n')}\n`, {
          mode: 0o600,
        });
      } catch {
        // The conversation matters more than its history.
      }
    },
  };
}
