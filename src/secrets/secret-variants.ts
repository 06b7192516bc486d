import { urlPassword } from './url-password.ts';

/** Shorter values are left alone: `no`, `80` or `dev` would blot out half of every log. Characters. */
const minLength = 4;
/** Parts of an encoding are found inside of longer ones, where short ones could stand by chance. Characters. */
const minPart = 8;
/** The longest private key, RSA with 16384 bits, has about 200. Of more lines each is found as it is, but not encoded. */
const maxEncodedLines = 250;

/** How secrets may be written: as they are and as they are commonly encoded, whole and line by line; without line breaks. */
export function variantsOf(values: readonly string[]): string[] {
  const variants = new Set<string>();
  for (const value of values.flatMap(withPassword)) {
    const lines = value.split(/\r?\n/).map((line) => line.trim());
    for (const text of lines.length > maxEncodedLines ? [value] : [value, ...lines]) {
      if (text.length >= minLength) for (const variant of encodingsOf(text)) variants.add(variant);
    }
    for (const line of lines) variants.add(line);
  }
  const unbroken = [...variants].map((variant) => variant.replaceAll(/[\r\n]/g, ''));
  return [...new Set(unbroken)].filter((variant) => variant.length >= minLength);
}

/** Whoever prints a connection string in parts prints its password alone. */
function withPassword(value: string): string[] {
  const password = urlPassword(value);
  return password === undefined ? [value] : [value, password];
}

function encodingsOf(text: string): string[] {
  // Encoding half of a surrogate pair throws.
  const url = encodeURIComponent(text.toWellFormed());
  const strict = url.replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return [
    text,
    ...[url, strict].flatMap((one) => [
      one,
      one.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
      one.replaceAll('%20', '+'),
    ]),
    JSON.stringify(text).slice(1, -1),
    ...base64Of(text),
  ];
}

/** On its own, and what it becomes in the middle of something longer, such as `user:password`. */
function base64Of(text: string): string[] {
  const bytes = Buffer.from(text);
  const parts = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Characters that hold only bits of the text: six each.
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const all = [bytes.toString('base64').replace(/=+$/, ''), ...parts.filter((part) => part.length >= minPart)];
  return all.flatMap((one) => [one, one.replaceAll('+', '-').replaceAll('/', '_')]);
}
