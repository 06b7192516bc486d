/** Bytes of an amount that the schema let through, e.g. `64m`, `1gb`. Units are powers of 1024. */
export function parseBytes(amount: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)\s*([kmg]?)/i.exec(amount) ?? [];
  return Math.round(Number(number) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase()));
}
