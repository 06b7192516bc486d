import { z } from 'zod';
import { shellWords } from './shell-words.ts';

/** Accepts a short form, which `expand` turns into the long one. Reports its errors at the value's position. */
export function shortOr<T extends z.ZodType>(expand: (text: string) => unknown, schema: T) {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    try {
      return expand(String(value));
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  }, schema);
}

/**
 * A list whose entries may each stand for several: `expand` answers the long forms. Errors are reported at the entry.
 */
export function manyOf<T extends z.ZodType>(expand: (text: string) => unknown[], schema: T) {
  return z.array(z.unknown()).transform((entries, context): z.infer<T>[] =>
    entries.flatMap((entry, at) => {
      try {
        const long = typeof entry === 'string' || typeof entry === 'number' ? expand(String(entry)) : [entry];
        return long.flatMap((one) => {
          const { data, error } = schema.safeParse(one);
          for (const issue of error?.issues ?? []) {
            context.addIssue({ ...issue, path: [at, ...issue.path] } as Parameters<typeof context.addIssue>[0]);
          }
          return error ? [] : [data as z.infer<T>];
        });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        context.addIssue({ code: 'custom', path: [at], message });
        return [];
      }
    }),
  );
}

/** Of words and numbers; anything else in it is for the schema to refuse. */
function isList(value: unknown): value is (string | number | boolean)[] {
  return Array.isArray(value) && value.every((entry) => entry !== null && typeof entry !== 'object');
}

/**
 * A list of `KEY=VALUE` and `KEY`, or a map: always a map, in which null stands for a key alone. `separators` are single
 * characters, of which the first in a line counts.
 */
export function mapOrList<T extends z.ZodType>(schema: T, separators: readonly string[] = ['=']) {
  return z.preprocess((value) => {
    if (!isList(value)) return value;
    return Object.fromEntries(
      value.map((entry) => {
        const text = String(entry);
        const found = separators.map((one) => text.indexOf(one)).filter((at) => at !== -1);
        if (found.length === 0) return [text, null];
        const at = Math.min(...found);
        return [text.slice(0, at).trim(), text.slice(at + 1)];
      }),
    );
  }, schema);
}

/** A list of names, or a map by name. */
export function namesOr<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (isList(value) ? Object.fromEntries(value.map((one) => [String(one), null])) : value),
    schema,
  );
}

export function oneOrMany<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (value === null || value === undefined || Array.isArray(value) ? value : [value]),
    z.array(schema),
  );
}

/** A list of words, or a line that is split as a shell does. */
export const command = shortOr(shellWords, z.array(z.coerce.string()).nullable());
