import type { z } from 'zod';
import type { Variable } from './config-variable.ts';
import { variables } from './config-variables.ts';
import { UserError } from './errors.ts';

/** A variable of the environment has a wrong value. The message never holds the value. */
export class ConfigError extends UserError {
  override name = 'ConfigError' as const;
}

export type Environment = Record<string, string | undefined>;

export function missing(name: keyof typeof variables, why: string): ConfigError {
  return new ConfigError(`${name} ${why}. Example: ${name}=${variables[name].example}`);
}

/** @throws {ConfigError} */
export function read<T>(env: Environment, name: keyof typeof variables, { schema, example }: Variable<T>): T {
  const result = schema.safeParse(env[name] || undefined);
  if (result.success) return result.data;
  throw new ConfigError(`${name} ${firstProblem(result.error)}. Example: ${name}=${example}`);
}

function firstProblem(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'is wrong';
}
