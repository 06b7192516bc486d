/** Why PostgreSQL refused a statement because of its input. */
export type Violation =
  | { kind: 'constraint'; constraint: string }
  /** Longer than its column: `string_data_right_truncation`. */
  | { kind: 'too_long' }
  /** A NUL character or a number out of its range. */
  | { kind: 'not_storable' };

/**
 * `restrict`, `not null`, foreign key, unique and check. @see
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const constraintClass = '23';
const tooLong = '22001';
const notStorable = ['22021', '22P05', '22003'];

/** Undefined for every other error: bugs and outages. */
export function violationOf(error: unknown): Violation | undefined {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (typeof code !== 'string') return undefined;
  if (code.startsWith(constraintClass) && typeof constraint === 'string') return { kind: 'constraint', constraint };
  if (code === tooLong) return { kind: 'too_long' };
  return notStorable.includes(code) ? { kind: 'not_storable' } : undefined;
}
