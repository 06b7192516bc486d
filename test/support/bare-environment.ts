/**
 * What a program that a test starts with few variables needs all the same: where programs are, and where Node keeps compiled
 * sources, without which each start compiles them anew.
 */
export function bareEnvironment(): Record<string, string> {
  const { NODE_COMPILE_CACHE, PATH = '' } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) };
}
