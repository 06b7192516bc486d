import { createHash } from 'node:crypto';

/** Hexadecimal text that compresses only to half, the same for the same `seed`. */
export function noise(seed: string | number, bytes: number): string {
  const digest = createHash('shake128', { outputLength: Math.ceil(bytes / 2) }).update(String(seed));
  return digest.digest('hex').slice(0, bytes);
}

/** A row of a table as PostgreSQL dumps it. */
export function row(id: number, bytes: number, seed: string | number = id): string {
  return `${id}\t${noise(seed, bytes)}`;
}

export function rows(count: number, bytes: number): string[] {
  return Array.from({ length: count }, (_, id) => row(id, bytes));
}

/** A dump of one table. */
export function dumpText(lines: readonly string[]): Buffer {
  return Buffer.from(`COPY public.orders (id, note) FROM stdin;\n${lines.join('\n')}\n\\.\n`);
}
