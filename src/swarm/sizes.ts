import { UserError } from '../errors.ts';

/**
 * Bytes of a memory size as the Docker CLI writes it: `512M`, `1.5g`, `64MiB`, plain bytes. Units are powers of 1024.
 * @throws {UserError} when it is none.
 */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  if (!match) throw new UserError(`\`${text}\` is not a memory size. Write it like \`512M\` or \`1.5G\`.`);
  const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase());
  return Math.round(Number(match[1]) * 1024 ** power);
}

/**
 * Billionths of a CPU, the Engine's unit, of `0.5`, `2`.
 * @throws {UserError} when it is not a positive number.
 */
export function parseCpus(text: string): number {
  const cpus = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : 0;
  if (cpus <= 0) throw new UserError(`\`${text}\` is not a number of CPUs. Write it like \`0.5\` or \`2\`.`);
  return Math.round(cpus * 1e9);
}

/** e.g. `12.3 MiB`, for people. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${units[power] ?? ''}`;
}
