import { UsageError } from '../errors.ts';
import { parseSize, sizeWithin } from '../units/sizes.ts';
import { quoted } from '../quoted.ts';

export type SettingValue = string | number | boolean;
export type Settings = Record<string, SettingValue>;

/** The largest that divides an amount is the one it is kept in. */
const units: readonly (readonly [string, number])[] = [
  ['TB', 1024 ** 4],
  ['GB', 1024 ** 3],
  ['MB', 1024 ** 2],
];

/** One key of `--config`. */
export interface Setting {
  /** What it takes, for messages and documents, e.g. `an amount of memory, e.g. 256MB`. */
  takes: string;
  /** Undefined when the text is refused. */
  read(text: string): SettingValue | undefined;
}

export function integer(least: number, most: number): Setting {
  return {
    takes: `a whole number from ${least} to ${most}`,
    read(text) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

/** Kept as whole `256MB`; every engine writes it in its own way. */
export function amount(example: string): Setting {
  return {
    takes: `an amount of memory, e.g. ${example}`,
    read(text) {
      const bytes = sizeWithin(text, { least: '1k', most: '1024T' });
      if (bytes === undefined || bytes % 1024 !== 0) return undefined;
      const [unit, size] = units.find(([, one]) => bytes % one === 0) ?? ['kB', 1024];
      return `${bytes / size}${unit}`;
    },
  };
}

export function choice(...values: string[]): Setting {
  return {
    takes: `one of ${values.join(', ')}`,
    read: (text) => values.find((value) => value === text.toLowerCase()),
  };
}

/** Names with commas between them, kept without spaces. */
export function names(what: string, example: string): Setting {
  return {
    takes: `names of ${what} with commas between them, e.g. ${example}`,
    read: (text) => (/^[a-z][\w-]*( *, *[a-z][\w-]*)*$/i.test(text) ? text.replaceAll(' ', '') : undefined),
  };
}

export const yesOrNo: Setting = {
  takes: 'true or false',
  read: (text) => ({ true: true, yes: true, on: true, false: false, no: false, off: false })[text.toLowerCase()],
};

/**
 * `key=value` pairs by what an engine takes.
 * @throws {UsageError} that names the first key or value that is refused.
 */
export function readSettings(known: Record<string, Setting>, given: readonly [string, string][]): Settings {
  const settings: Settings = {};
  for (const [key, text] of given) {
    const setting = Object.hasOwn(known, key) ? known[key] : undefined;
    if (!setting) {
      const keys = Object.keys(known).map((one) => `\`${one}\``);
      throw new UsageError(`${quoted(key)} is not a setting of this database. It supports ${keys.join(', ')}.`);
    }
    const value = setting.read(text.trim());
    if (value === undefined) throw new UsageError(`${quoted(key)} takes ${setting.takes}, not ${quoted(text)}.`);
    settings[key] = value;
  }
  return settings;
}

/** Megabytes of an amount as `amount` keeps it. */
export function megabytes(kept: SettingValue): number {
  return (parseSize(String(kept)) ?? 0) / 1024 ** 2;
}
