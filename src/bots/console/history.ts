import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripInvocation } from '../../handlers/parse.ts';
import { tokenise } from '../../handlers/tokens.ts';
import { createRedactor } from '../../secrets/redact.ts';

export interface History {
  /** Most lines that are kept. */
  size: number;
  /** What was typed in earlier sessions, newest first. */
  read(): string[];
  /** Keeps the lines for the next session, without those that may hold a secret. */
  write(lines: string[]): void;
}

/** Commands whose words are values that nobody else should read. */
const confidential = /^(link|token|env (set|import))( |$)/;

/** Lines kept in `console_history` in the data folder, mode 0600. A folder that cannot be written is no error. */
export function fileHistory(dataDir: string): History {
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
        writeFileSync(file, `${lines.filter(isHarmless).join('\n')}\n`, { mode: 0o600 });
      } catch {
        // The conversation matters more than its history.
      }
    },
  };
}

const redact = createRedactor([]);

function isHarmless(line: string): boolean {
  const words = tokenise(stripInvocation(line));
  const spelled = words.map(({ text }) => text.toLowerCase()).join(' ');
  return !confidential.test(spelled) && redact(line) === line;
}
