/**
 * The command line that was meant: phones and chat clients make quotes and hyphens typographic, which no shell knows. A
 * line with a straight quote was not typed that way, so its quotes stay.
 */
export function typedCommand(line: string): string {
  const dashed = line.replaceAll(/(?<=^|\s)[—–](?=[a-z])/g, '--');
  if (/['"]/.test(dashed)) return dashed;
  return dashed.replaceAll(/[“”„]/g, '"').replaceAll(/[‘’]/g, "'");
}
