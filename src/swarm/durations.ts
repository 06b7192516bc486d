import { UserError } from '../errors.ts';

const nanoseconds: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
};

export function secondsToNanoseconds(seconds: number): number {
  return Math.round(seconds * 1e9);
}

/**
 * Nanoseconds of a duration as the Docker CLI writes it: `30s`, `500ms`, `1m30s`, `0`.
 * @throws {UserError} when it is none.
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  const matched = parts.map(([part]) => part).join('');
  if (!matched || matched !== trimmed) {
    throw new UserError(`\`${text}\` is not a duration. Write it like \`30s\`, \`500ms\` or \`1m30s\`.`);
  }
  return Math.round(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (nanoseconds[unit ?? ''] ?? 0), 0));
}
