import { didYouMean } from '../../closest-name.ts';
import { SharedReferenceError, sharedFiller, type SharedValues } from './shared-references.ts';

/** Variables as a container and a build get them, decrypted. */
export interface Variables {
  plain: Record<string, string>;
  secret: Record<string, string>;
  buildSecrets: Record<string, string>;
}

export interface FilledVariables extends Variables {
  /** The shared variables by `shared.NAME`, as a compose file names them. */
  shared: Record<string, string>;
  /** The shared secrets, which nobody may read. */
  sharedSecrets: string[];
  /** What cannot be filled in, each a sentence with the closest name. */
  unresolved: { key: string; why: string; missing: string | undefined }[];
}

/**
 * Fills in what variables share. A plain variable with a shared secret in it becomes a secret; strangers, who get none, do
 * not get it either.
 */
export function fillVariables(variables: Variables, values: SharedValues, isOutside: boolean): FilledVariables {
  const fill = sharedFiller(values);
  const unresolved: FilledVariables['unresolved'] = [];
  const filledOf = (key: string, text: string) => {
    try {
      return fill(text);
    } catch (error) {
      if (!(error instanceof SharedReferenceError)) throw error;
      unresolved.push({ key, why: whyOf(error, values), missing: error.missing });
      return undefined;
    }
  };
  const filled: Variables = { plain: {}, secret: {}, buildSecrets: {} };
  for (const kind of ['plain', 'secret', 'buildSecrets'] as const) {
    for (const [key, text] of Object.entries(variables[kind])) {
      const found = filledOf(key, text) ?? { value: text, isSecret: false };
      if (!found.isSecret || kind !== 'plain') filled[kind][key] = found.value;
      else if (!isOutside) filled.secret[key] = found.value;
    }
  }
  const shared: Record<string, string> = {};
  const sharedSecrets: string[] = [];
  for (const [name, { environment, isSecret, value: text }] of values) {
    const found = filledIn(fill, text);
    const secret = isSecret || found?.isSecret === true;
    if (secret) sharedSecrets.push(found?.value ?? text);
    // A stranger's compose file may name any: only what is meant for previews.
    const isFor = !isOutside || (environment !== '' && !secret);
    if (found && isFor) shared[`shared.${name}`] = found.value;
  }
  return { ...filled, shared, sharedSecrets, unresolved };
}

/** A sentence without the command that mends it. */
function whyOf({ message, missing }: SharedReferenceError, values: SharedValues): string {
  const hint = missing === undefined ? '' : didYouMean(missing, [...values.keys()], '');
  return hint === '' ? `${message}.` : `${message}. ${hint}`;
}

/** Undefined: whoever uses it is told why. */
function filledIn(fill: ReturnType<typeof sharedFiller>, text: string) {
  try {
    return fill(text);
  } catch (error) {
    if (error instanceof SharedReferenceError) return undefined;
    throw error;
  }
}
