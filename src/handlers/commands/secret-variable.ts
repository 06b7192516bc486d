import { UsageError } from '../../errors.ts';

/** @param line How to set one, e.g. `env set <app> KEY --secret`. @throws {UsageError} */
export function secretVariable(variables: string[], value: string, line: string): Record<string, string> {
  const [key, ...more] = variables;
  if (key === undefined || more.length > 0) throw new UsageError(`Set one secret at a time: \`${line}\`.`);
  if (key.includes('=')) {
    throw new UsageError(
      'Leave the value out: `--secret` asks for it in private. Replace the secret if others saw what you typed.',
    );
  }
  return { [key]: value };
}
