/** Schemes of connection strings that `db attach` gives. */
const schemes = /^(?:postgres(?:ql)?|mysql|mongodb|rediss?):$/;

/**
 * The parts of connection strings as variables of their own, for images that take no address as a whole: `DATABASE_URL`
 * gives `DATABASE_URL_HOST`, `_PORT`, `_USER`, `_PASSWORD` and `_NAME`. Parts that an address lacks are left out.
 */
export function urlParts(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).flatMap(([key, value]) => partsOf(key, value)));
}

function partsOf(key: string, value: string): [string, string][] {
  if (value.length > 10_000 || !URL.canParse(value)) return [];
  const { hostname, password, pathname, port, protocol, username } = new URL(value);
  if (!schemes.test(protocol)) return [];
  const parts = { HOST: hostname, PORT: port, USER: username, PASSWORD: password, NAME: pathname.slice(1) };
  return Object.entries(parts).flatMap(([part, text]) => (text === '' ? [] : [[`${key}_${part}`, decoded(text)]]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
