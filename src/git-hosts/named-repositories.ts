import { isStorable } from '../storable-text.ts';
import { parseCloneUrl } from './clone-url.ts';

/** The hosts write the repository before or after the list of commits: so much is searched at either end, bytes. */
const searched = 256 * 1024;
/** A payload names its repository, a parent and people; so many names are looked at. */
const mostFound = 16;

/**
 * The repositories that a body names under `key`, found without parsing it, and those that it clones from a URL under
 * `urlKey`. Only a hint at whose secrets to try: nobody has verified the body yet.
 */
export function namedRepositories(body: Buffer, key: string, urlKey?: string): string[] {
  const names = namedValues(body, key).filter((name) => name.includes('/'));
  const urls = urlKey === undefined ? [] : namedValues(body, urlKey);
  return [...new Set([...names, ...urls.flatMap(pathOf)])];
}

/** The texts that a body has under `key`, likewise. */
export function namedValues(body: Buffer, key: string): string[] {
  return found(body, key, textAt);
}

/** The ids that a body has under `key`: numbers and UUIDs. */
export function namedIds(body: Buffer, key: string): string[] {
  return found(body, key, idAt);
}

function found(body: Buffer, key: string, valueAt: (text: string) => string | undefined): string[] {
  const head = body.subarray(0, searched);
  const tail = body.subarray(Math.max(searched, body.length - searched));
  return [...new Set([...valuesIn(head, key, valueAt), ...valuesIn(tail, key, valueAt)])];
}

function valuesIn(part: Buffer, key: string, valueAt: (text: string) => string | undefined): string[] {
  const wanted = `"${key}"`;
  const values: string[] = [];
  for (let at = part.indexOf(wanted), seen = 0; at !== -1 && seen < mostFound; seen += 1) {
    at += wanted.length;
    const value = valueAt(part.subarray(at, at + 1_200).toString('utf8'));
    if (value !== undefined) values.push(value);
    at = part.indexOf(wanted, at);
  }
  return values;
}

/** The string after the colon, when it can be the name of a repository, or its address. */
function textAt(text: string): string | undefined {
  const written = /^\s{0,10}:\s{0,10}("(?:[^"\\]|\\.){1,1000}")/.exec(text)?.[1];
  if (written === undefined) return undefined;
  try {
    const name: unknown = JSON.parse(written);
    return typeof name === 'string' && name.length <= 500 && isStorable(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

function idAt(text: string): string | undefined {
  return /^\s{0,10}:\s{0,10}(?:(\d{1,20})\s{0,10}[,}\r\n]|"(\{[\w-]{1,60}\})")/.exec(text)?.slice(1).find(Boolean);
}

function pathOf(url: string): string[] {
  const path = parseCloneUrl(url)
    ?.path.replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return path?.includes('/') ? [path] : [];
}
