import { stripVTControlCharacters } from 'node:util';

/** Controls but tab and line feed, and what turns the direction of writing. */
const powers = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Takes the power from text that others wrote: no cursor movements, no colours, no bells; tabs and line breaks stay. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replaceAll(powers, '');
}

/** The same on a single line. */
export function oneLine(text: string): string {
  return harmless(text).replaceAll(/\s+/g, ' ').trim();
}

/** JSON for a terminal. */
export function harmlessJson(value: unknown): string {
  return escapedJson(JSON.stringify(value, null, 2));
}

/** JSON of the same value: JSON itself escapes only some of the controls. */
export function escapedJson(json: string): string {
  return json.replaceAll(powers, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
