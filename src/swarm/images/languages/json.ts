import { UserError } from '../../../errors.ts';
import type { CheckoutFiles } from './checkout-files.ts';

export type JsonObject = Record<string, unknown>;

/** Undefined when there is no such file. @throws {UserError} for what is no JSON object. */
export async function readJson(files: CheckoutFiles, path: string): Promise<JsonObject | undefined> {
  const text = await files.read(path);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (isObject(value)) return value;
  throw new UserError(`\`${path}\` is not a JSON object. Correct it and push again.`);
}

/** The object under a key; empty when there is none. */
export function objectAt(value: JsonObject | undefined, key: string): JsonObject {
  const found = value?.[key];
  return isObject(found) ? found : {};
}

/** The text under a key; undefined when there is none. */
export function textAt(value: JsonObject | undefined, key: string): string | undefined {
  const found = value && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
