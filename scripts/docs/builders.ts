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
