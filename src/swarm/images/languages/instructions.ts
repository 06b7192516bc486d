import { UserError } from '../../../errors.ts';

/** `RUN` with a cache that later builds use too. */
export function runCached(folders: readonly string[], command: string): string {
  const mounts = folders.map((folder) => `--mount=type=cache,target=${folder},sharing=locked `);
  return `RUN ${mounts.join('')}${command}`;
}

/** `RUN` with a line that a person set; none of it is read as more of the Dockerfile. */
export function runLine(command: string, cached: readonly string[] = []): string {
  const isPlain = /^(?![[-])[^\\<]+$/.test(command);
  return runCached(cached, isPlain ? command : JSON.stringify(['/bin/sh', '-c', command]));
}

/** Words without a shell, or a line that a shell reads, which the program replaces so that it gets the signals. */
export function startWith(command: readonly string[] | string): string {
  return `CMD ${JSON.stringify(typeof command === 'string' ? ['/bin/sh', '-c', withExec(command)] : command)}`;
}

/** `exec` takes a single command. */
function withExec(line: string): string {
  return /[;&|()<>`\n]|^\s*(?:\w+=|exec\b|cd\b)/.test(line) ? line : `exec ${line}`;
}

/** A shell word; what it holds stays text. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A path or a name of the repository, which goes into an instruction as it is.
 * @throws {UserError} for characters that a Dockerfile or a shell would read otherwise.
 */
export function plainName(what: string, name: string): string {
  if (/^[\w@+][\w.@+/-]*$/.test(name) && name.length <= 200 && !name.split('/').includes('..')) return name;
  throw new UserError(
    `${what} ${JSON.stringify(name.slice(0, 100))} has characters that a generated Dockerfile cannot take. ` +
      'Rename it, or add a Dockerfile.',
  );
}

/** The end of every image: where it listens and how it starts. */
export function serve(
  { port }: { port: number },
  start: readonly string[] | string,
  more: Record<string, string> = {},
): string[] {
  const variables = Object.entries({ ...more, PORT: String(port) }).map(([key, value]) => `${key}=${value}`);
  return [`ENV ${variables.join(' ')}`, `EXPOSE ${port}`, startWith(start)];
}
