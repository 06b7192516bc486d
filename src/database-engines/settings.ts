import { UsageError } from '../errors.ts';

export type SettingValue = string | number | boolean;
export type Settings = Record<string, SettingValue>;

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

/** Kept as `256MB`; every engine writes it in its own way. */
export function amount(example: string): Setting {
  return {
    takes: `an amount of memory, e.g. ${example}`,
    read(text) {
      const [, number = '', unit = ''] = /^(\d{1,6})\s*([kmgt])i?b?$/i.exec(text) ?? [];
      if (Number(number) === 0) return undefined;
      return `${Number(number)}${unit.toLowerCase() === 'k' ? 'k' : unit.toUpperCase()}B`;
    },
  };
}

export function choice(...values: string[]): Setting {
  return {
    takes: `one of ${values.join(', ')}`,
    read: (text) => values.find((value) => value === text.toLowerCase()),
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
      throw new UsageError(`\`${key}\` is not a setting of this database. It takes ${keys.join(', ')}.`);
    }
    const value = setting.read(text.trim());
    if (value === undefined) throw new UsageError(`\`${key}\` takes ${setting.takes}, not \`${text}\`.`);
    settings[key] = value;
  }
  return settings;
}

/** Megabytes of an amount as `amount` keeps it. */
export function megabytes(kept: SettingValue): number {
  const [, number = '0', unit = 'M'] = /^(\d+)([kMGT])B$/.exec(String(kept)) ?? [];
  return Number(number) * { k: 1 / 1024, M: 1, G: 1024, T: 1024 ** 2 }[unit as 'k' | 'M' | 'G' | 'T'];
}
