import type { z } from 'zod';

/** One environment variable: `schema` decodes it, the rest documents it. */
export interface Variable<T> {
  schema: z.ZodType<T, string | undefined>;
  meaning: string;
  /** Shown as the default; empty: none. */
  preset: string;
  example: string;
}

export function variable<T>(schema: z.ZodType<T, string | undefined>, about: Omit<Variable<T>, 'schema'>): Variable<T> {
  return { schema, ...about };
}
