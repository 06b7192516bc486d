import type { ScalarTag } from 'yaml';

/** Above it, the reference implementation reads a float. */
const maxUint = 2n ** 64n - 1n;

/**
 * Numbers that the reference implementation reads beyond YAML 1.2: `0440` (octal), `0b11`, `1_000`, `0x_1F`. It takes
 * underscores out first; what is no octal number, such as `08`, is decimal. The YAML package reads `0440` as 440.
 */
export const goNumbers: ScalarTag[] = [
  {
    identify: (value) => typeof value === 'bigint',
    default: true,
    tag: 'tag:yaml.org,2002:int',
    test: /^[-+]?(?:0b_*[01][01_]*|0o_*[0-7][0-7_]*|0x_*[\da-fA-F][\da-fA-F_]*|\d[\d_]*)$/,
    resolve: (text) => integer(text),
  },
  {
    identify: (value) => typeof value === 'number',
    default: true,
    tag: 'tag:yaml.org,2002:float',
    test: /^[-+]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?$/,
    resolve: (text) => Number(text.replaceAll('_', '')),
  },
];

/** Larger numbers are identifiers: they keep their spelling, where the reference implementation rounds them. */
function integer(text: string): bigint | string {
  const plain = text.replaceAll('_', '').toLowerCase();
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(plain) ?? [];
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (value > maxUint) return text;
  return sign === '-' ? -value : value;
}

/** A number as Go's `%v` prints it: an exponent of two digits, from 1e21 and below 1e-4. */
export function goText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size < 1e-4 || size >= 1e21 ? value.toExponential() : String(value);
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}
