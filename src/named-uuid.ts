import { createHash } from 'node:crypto';

/** A UUID that is the same for the same name: version 8, the first bits of its SHA-256. @see RFC 9562, 5.8 */
export function namedUuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
