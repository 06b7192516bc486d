import { folders, type GlobExample, literalNames, patterns } from './glob-examples.ts';
import { table } from './table.ts';

const marks = { start: '<!-- globs: npm run docs -->', end: '<!-- /globs -->' };

/** `docs/webhooks.md` with its table of matching paths remade from the examples that tests try. */
export function withGlobs(document: string): string {
  const start = document.indexOf(marks.start);
  const end = document.indexOf(marks.end);
  if (start === -1 || end === -1) throw new Error(`docs/webhooks.md has no ${marks.start} … ${marks.end}.`);
  return `${document.slice(0, start + marks.start.length)}\n\n${globTable()}\n\n${document.slice(end)}`;
}

function globTable(): string {
  return table([['glob', 'matches', 'does not match'], ...[...patterns, ...folders, ...literalNames].map(row)]);
}

function row([glob, matching, other]: GlobExample): string[] {
  return [[glob], matching, other].map((texts) => texts.map(cell).join(', '));
}

function cell(text: string): string {
  return `\`${text.replaceAll('|', String.raw`\|`)}\``;
}
