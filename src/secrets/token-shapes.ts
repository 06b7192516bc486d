import type { Span } from './spans.ts';

/**
 * Shapes of credentials that are recognised wherever they come from. What the first group matches stays. Each is linear
 * in the text: it begins with letters that its repetitions do not take, or repeats a bounded number of times.
 * @see https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
 */
const shapes: RegExp[] = [
  /\b()(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g,
  /\b()gl(?:pat|dt|cbt|ptt|rt)-[\w-]{16,}/g,
  /\b()xox[abeoprs]-[\w-]{10,}/g,
  /\b()xapp-\d-[\w-]{10,}/g,
  /\b()(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b()npm_[A-Za-z0-9]{30,}/g,
  /\b()[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /\b()whsec_[A-Za-z0-9+/=]{16,}/g,
  // Discord bots: the id in base64, a time, a signature.
  /\b()[MNO][\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}/g,
  /(authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[^\s"',]+/gi,
  /(:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** Where credentials stand in a text. */
export function findTokens(text: string): Span[] {
  const spans = findJsonWebTokens(text);
  for (const shape of shapes) {
    for (const match of text.matchAll(shape)) {
      spans.push({ start: match.index + (match[1] ?? '').length, end: match.index + match[0].length });
    }
  }
  return spans;
}

/** From the dot on: every part is looked at once, however many of them begin like a token. */
const afterHeader = /\.eyJ[\w-]{8,}\.[\w-]+/g;
const minHeader = 'eyJ'.length + 8;

/** Header, payload and signature, of which the first two begin with `{"` in base64. */
function findJsonWebTokens(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: rest, index: dot } of text.matchAll(afterHeader)) {
    const start = headerBefore(text, dot);
    if (start !== undefined) spans.push({ start, end: dot + rest.length });
  }
  return spans;
}

function headerBefore(text: string, dot: number): number | undefined {
  let first = dot;
  while (first > 0 && /[\w-]/.test(text.charAt(first - 1))) first -= 1;
  const part = text.slice(first, dot);
  const header = /\beyJ/.exec(part);
  return header && part.length - header.index >= minHeader ? first + header.index : undefined;
}
