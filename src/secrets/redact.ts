const mark = '[redacted]';

/** Shorter values are left alone: `no`, `80` or `dev` would blot out half of every log. Characters. */
const minLength = 4;

/**
 * Shapes of credentials that are recognised wherever they come from. What the first group matches stays.
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
  // JSON Web Tokens: header and payload begin with `{"`.
  /\b()eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+/g,
  // Discord bots: the id in base64, a time, a signature.
  /\b()[MNO][\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}/g,
  /(authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[^\s"',]+/gi,
  /(:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/**
 * Makes a function that hides every known secret, as it is and as it is commonly encoded, and whatever has the
 * shape of a credential. Give it whole lines; a secret of several lines is hidden line by line too. Values
 * shorter than four characters are not hidden.
 */
export function createRedactor(values: string[]): (text: string) => string {
  const texts = values.flatMap((value) => [value, ...value.split(/\r?\n/).map((line) => line.trim())]);
  const variants = [...new Set(texts.filter((text) => text.length >= minLength).flatMap(variantsOf))];
  // The longest first, so that a secret that contains another one goes whole.
  variants.sort((a, b) => b.length - a.length);
  const known = variants.length > 0 ? new RegExp(variants.map(escapeRegExp).join('|'), 'g') : undefined;
  return (text) => {
    const hidden = known ? text.replace(known, mark) : text;
    return shapes.reduce((line, shape) => line.replace(shape, `$1${mark}`), hidden);
  };
}

/** The longest private key, RSA with 16384 bits, has about 200 lines; a stray first line hides no more than that. */
const maxKeyLines = 250;

/** For one stream of lines: as `redact` does, and the lines of a private key that is printed line by line. */
export function createLineRedactor(redact: (text: string) => string): (line: string) => string {
  let left = 0;
  return (line) => {
    if (left > 0) {
      left = /-----END [A-Z ]*PRIVATE KEY-----/.test(line) ? 0 : left - 1;
      return mark;
    }
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----(?!.*-----END )/s.test(line)) left = maxKeyLines;
    return redact(line);
  };
}

function variantsOf(text: string): string[] {
  // Encoding half of a surrogate pair throws.
  const url = encodeURIComponent(text.toWellFormed());
  return [
    text,
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    url.replaceAll('%20', '+'),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
    Buffer.from(text).toString('base64url'),
  ];
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
