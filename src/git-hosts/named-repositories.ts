import { isStorable } from '../storable-text.ts';

/** The hosts write the repository before or after the list of commits: so much is searched at either end, bytes. */
const searched = 256 * 1024;
/** A payload names its repository, a parent and people; so many names are looked at. */
const mostFound = 16;

/**
 * The repositories that a body names under `key`, found without parsing it. Only a hint at whose secrets to try: nobody has
 * verified the body yet.
 */
export function namedRepositories(body: Buffer, key: string): string[] {
  const head = body.subarray(0, searched);
  const tail = body.subarray(Math.max(searched, body.length - searched));
  const names = [...namesIn(head, key), ...namesIn(tail, key)];
  return [...new Set(names)];
}

function namesIn(part: Buffer, key: string): string[] {
  const wanted = `"${key}"`;
  const names: string[] = [];
  for (let at = part.indexOf(wanted), found = 0; at !== -1 && found < mostFound; found += 1) {
    at += wanted.length;
    const name = nameAt(part.subarray(at, at + 1_200).toString('utf8'));
    if (name !== undefined) names.push(name);
    at = part.indexOf(wanted, at);
  }
  return names;
}

/** The string after the colon, when it can be the name of a repository. */
function nameAt(text: string): string | undefined {
  const written = /^\s{0,10}:\s{0,10}("(?:[^"\\]|\\.){1,1000}")/.exec(text)?.[1];
  if (written === undefined) return undefined;
  try {
    const name: unknown = JSON.parse(written);
    return typeof name === 'string' && name.includes('/') && name.length <= 500 && isStorable(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
