import { randomInt } from 'node:crypto';
import type { TemplateManifest } from '../../compose/templates/manifest.ts';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../closest-name.ts';
import { requireVariable } from '../variables/change-variables.ts';
import { quoted } from '../../quoted.ts';

export interface TemplateValues {
  plain: Record<string, string>;
  /** What Shipmate made. */
  secret: Record<string, string>;
  /** Those that people log in with, to be shown once. */
  shown: Record<string, string>;
}

const characters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/**
 * Values of a template's variables: those that people give, its defaults, and generated secrets.
 * @throws {UsageError} when a value is missing, or given for a variable that the template does not have.
 */
export function templateValues(
  { address, databases, variables }: TemplateManifest,
  given: readonly (readonly [string, string])[],
): TemplateValues {
  const own = new Map(variables.map((one) => [one.name, one]));
  const values: TemplateValues = { plain: {}, secret: {}, shown: {} };
  for (const [key, value] of given) {
    requireKnown(key, [...own.keys(), ...(address === undefined ? [] : [address])], databases);
    requireVariable(key, value);
    if (own.get(key)?.generate === undefined) values.plain[key] = value;
    else values.secret[key] = value;
  }
  for (const { default: usual, generate, name, shown } of variables) {
    if (name in values.plain || name in values.secret) continue;
    if (usual !== undefined) values.plain[name] = usual;
    if (generate === undefined) continue;
    values.secret[name] = randomText(generate);
    if (shown) values.shown[name] = values.secret[name];
  }
  const missing = variables.filter(({ name }) => !(name in values.plain) && !(name in values.secret));
  if (missing.length === 0) return values;
  const lines = missing.map(({ name, summary }) => `\`--set ${name}=…\`: ${summary}`);
  throw new UsageError(`The template needs more values:\n${lines.join('\n')}`);
}

function requireKnown(key: string, known: string[], databases: TemplateManifest['databases']): void {
  if (known.includes(key)) return;
  if (databases.some((one) => one.as === key)) {
    throw new UsageError(`\`${key}\` is the connection string of the database that the template makes. Leave it out.`);
  }
  throw new UsageError(
    `The template has no variable ${quoted(key)}. ${didYouMean(key, known, '`template show` lists them.')}`,
  );
}

/** Letters and digits that nobody mistakes for each other. */
function randomText(length: number): string {
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}
