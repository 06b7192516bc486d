/** What programs read to find files and servers; in lower case too, as some heed only that. */
const passedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'TZ',
  'LD_LIBRARY_PATH',
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'APT_CONFIG',
];

/**
 * The environment of a program that Shipmate starts: none of its own variables, which hold its secrets and which others
 * may read where the program runs as another user.
 */
export function programEnvironment(more: Record<string, string> = {}): Record<string, string> {
  const inherited = passedOn.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(inherited), ...more };
}
