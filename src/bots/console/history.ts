import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const maxLines = 500;

/** Lines that may hold a value nobody else should read. */
const confidential = /^\s*(\/?ship\s+)?(link|token|env\s+(set|import))\b/;

/** What was typed in earlier sessions, newest first. */
export function readHistory(dataDir: string): string[] {
  try {
    return readFileSync(fileOf(dataDir), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Keeps the lines for the next session, without those that may hold a secret. */
export function writeHistory(dataDir: string, lines: string[]): void {
  const kept = lines.filter((line) => !confidential.test(line)).slice(0, maxLines);
  writeFileSync(fileOf(dataDir), `${kept.join('\n')}\n`, { mode: 0o600 });
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'console_history');
}
