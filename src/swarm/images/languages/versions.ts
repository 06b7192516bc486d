import { intersects, valid, validRange } from 'semver';

/** A version in an image's tag, as it may be: `22`, `3.13`, `22.11.0`. */
const plain = /^v?(\d{1,4}(?:\.\d{1,4}){0,2})$/;

/**
 * The tag of the newest version that fits what the repository asks for; `preferred` when it asks for nothing, or for
 * what nobody can read.
 * @param asked A version or a range as npm reads it.
 * @param known Versions in order of preference.
 */
export function versionFor(asked: string | undefined, known: readonly string[]): string {
  const [preferred = ''] = known;
  const text = asked?.trim() ?? '';
  const [, exact] = plain.exec(text) ?? [];
  if (exact !== undefined) return exact;
  const range = text.length <= 100 ? validRange(text) : null;
  if (range === null || range === '*') return preferred;
  return known.find((version) => intersects(asRange(version), range)) ?? preferred;
}

function asRange(version: string): string {
  return valid(version) ? version : `${version}.x`;
}

/** A full version; undefined for anything else, ranges included. */
export function plainVersion(text: string | undefined): string | undefined {
  return (text !== undefined && text.length <= 30 && valid(text)) || undefined;
}
