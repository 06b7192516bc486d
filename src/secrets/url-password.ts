/** Password of an address such as `postgresql://user:password@host/name`; undefined when the value is none. */
export function urlPassword(value: string): string | undefined {
  const [, written] = /^[a-z][a-z\d+.-]{0,30}:\/\/[^:@/\s]{0,200}:([^@/\s]{1,500})@/i.exec(value.slice(0, 1_000)) ?? [];
  if (written === undefined) return undefined;
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
