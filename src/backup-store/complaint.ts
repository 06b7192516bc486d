/** How many of its last lines are shown. */
const shownLines = 3;

/**
 * What restic says on its standard error, as a sentence for people. With `--json`, restic 0.17 and later writes objects
 * there, one per line; anything else is text.
 * @see https://restic.readthedocs.io/en/stable/075_scripting.html
 */
export function complaintOf(printed: string, ended: unknown): string {
  const lines = printed
    .split('\n')
    .flatMap((line) => textOf(line.trim()).split('\n'))
    .map((line) => line.trim().replace(/^(Fatal|Warning|error): /, ''))
    .filter((line) => line && !line.startsWith('using temporary cache'));
  const said = lines.slice(-shownLines).join(' ') || `restic ended with ${String(ended)}`;
  return `The backup store: ${said}`;
}

function textOf(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { error, message } = JSON.parse(line) as { message?: string; error?: { message?: string } };
    return message ?? error?.message ?? '';
  } catch {
    // The start of a long object is cut off, or its end.
    return line;
  }
}
