import { baseImageTable } from '../../src/config-base-images.ts';
import { planners } from '../../src/swarm/images/planners/registry.ts';
import { languages } from '../../src/swarm/images/languages/registry.ts';

const marks = { begin: '<!-- builders: npm run docs -->', end: '<!-- /builders -->' };

/** docs/builders.md with its tables made anew. */
export function withBuilders(text: string): string {
  const from = text.indexOf(marks.begin) + marks.begin.length;
  return `${text.slice(0, from)}\n\n${tables()}\n\n${text.slice(text.indexOf(marks.end, from))}`;
}

function tables(): string {
  return [
    '| Builder | Builds |',
    '| --- | --- |',
    '| `dockerfile` | `Dockerfile`, or the file that the setting `dockerfile` names |',
    ...[...languages, ...planners].map(({ name, summary }) => `| \`${name}\` | ${summary} |`),
    '',
    '| Base image | Default |',
    '| --- | --- |',
    ...Object.entries(baseImageTable).map(([name, image]) => `| \`${name}\` | \`${image}\` |`),
  ].join('\n');
}

const triedMarks = { begin: '<!-- tried: npm run builders -->', end: '<!-- /tried -->' };

/** docs/builders.md with the row of one builder that was tried for real. */
export function withTried(text: string, { builder, what }: { builder: string; what: string }, result: string): string {
  const from = text.indexOf(triedMarks.begin) + triedMarks.begin.length;
  const to = text.indexOf(triedMarks.end, from);
  const row = `| \`${builder}\` | ${what} | ${result} |`;
  const rows = text
    .slice(from, to)
    .split('\n')
    .slice(3)
    .filter((line) => line.startsWith('| `'));
  const others = rows.filter((line) => !line.startsWith(`| \`${builder}\``));
  const table = ['| Builder | Application | Result |', '| --- | --- | --- |', ...[...others, row].sort()].join('\n');
  return `${text.slice(0, from)}\n\n${table}\n\n${text.slice(to)}`;
}
