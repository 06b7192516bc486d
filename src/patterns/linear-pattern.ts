import type { RE2JS } from 're2js';

/** A regular expression whose work is linear in the text, whatever it is made of. */
export interface LinearPattern {
  /** Whether it is found in the text. */
  test(text: string): boolean;
}

/**
 * Compiles the syntax of RE2. The engine takes 50 ms and 7 MB to load, so it is loaded at the first use.
 * @returns undefined when it cannot be read.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export async function compileLinear(source: string): Promise<LinearPattern | undefined> {
  const { RE2JS: engine, RE2JSException } = await import('re2js');
  try {
    const pattern: RE2JS = engine.compile(source);
    return { test: (text) => pattern.test(text) };
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}

/** What a text looks like in a pattern that means it and nothing else. */
export function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
