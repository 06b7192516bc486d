import { quoted } from '../../quoted.ts';

/** Longest value that references may make, characters: a kernel passes at most 128 KiB in one variable. */
const longestValue = 100_000;
/** Most shared variables that refer to one another in a row. */
const deepest = 20;

/** A shared variable as an application gets it. */
export interface SharedValue {
  value: string;
  isSecret: boolean;
  /** That it is set for; empty: the whole project. */
  environment: string;
}

/** By name. */
export type SharedValues = ReadonlyMap<string, SharedValue>;

/** A value whose references are filled in. */
export interface Filled {
  value: string;
  /** Whether a shared secret is in it. */
  isSecret: boolean;
}

/** Why a value cannot be filled in, in a clause that quotes names and never values. */
export class SharedReferenceError extends Error {
  override name = 'SharedReferenceError' as const;
  /** The name that is not set, where that is why. */
  readonly missing: string | undefined;

  constructor(clause: string, missing?: string) {
    super(clause);
    this.missing = missing;
  }
}

/** `$${shared.NAME}` is the text `${shared.NAME}`. */
const reference = /\$?\$\{shared\.([^}\s]*)\}/g;

/** The shared variables that a value names, in their order, each once. */
export function referencesIn(value: string): string[] {
  const names = Array.from(value.matchAll(reference), ([whole, name = '']) => (whole.startsWith('$$') ? '' : name));
  return [...new Set(names)].filter(Boolean);
}

/**
 * Fills in `${shared.NAME}`, also in the shared values themselves. Each shared value is filled in once, so that the work is
 * linear in the texts and the results.
 * @throws {SharedReferenceError} from the function that it returns.
 */
export function sharedFiller(values: SharedValues): (text: string) => Filled {
  const done = new Map<string, Filled>();

  function fill(text: string, open: readonly string[]): Filled {
    let [value, at, isSecret] = ['', 0, false];
    for (const { 0: whole, 1: name = '', index } of text.matchAll(reference)) {
      const shared = whole.startsWith('$$') ? { value: whole.slice(1), isSecret: false } : valueOf(name, open);
      value += text.slice(at, index) + shared.value;
      isSecret ||= shared.isSecret;
      at = index + whole.length;
      if (value.length > longestValue) throw tooLong();
    }
    value += text.slice(at);
    if (at > 0 && value.length > longestValue) throw tooLong();
    return { value, isSecret };
  }

  function valueOf(name: string, open: readonly string[]): Filled {
    const known = done.get(name);
    if (known) return known;
    const shared = values.get(name);
    if (!shared) throw new SharedReferenceError(`${quoted(`\${shared.${name}}`)} is not set`, name);
    if (open.includes(name)) throw new SharedReferenceError(`${circle(name, open)} refer to each other in a cycle`);
    if (open.length >= deepest) {
      throw new SharedReferenceError(`shared variables refer to each other more than ${deepest} levels deep`);
    }
    const filled = fill(shared.value, [...open, name]);
    const whole = { ...filled, isSecret: filled.isSecret || shared.isSecret };
    done.set(name, whole);
    return whole;
  }

  return (text) => fill(text, []);
}

/** The chain of references, from the one that closes it. */
function circle(name: string, open: readonly string[]): string {
  return open
    .slice(open.indexOf(name))
    .concat(name)
    .map((one) => `\`\${shared.${one}}\``)
    .join(' → ');
}

function tooLong(): SharedReferenceError {
  return new SharedReferenceError(`shared variables make it longer than ${longestValue} characters`);
}
