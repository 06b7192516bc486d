import { variables } from '../../src/config-variables.ts';

/** The text of docs/configuration.md. */
export function configurationDocs(): string {
  const rows = Object.entries(variables).map(
    ([name, { meaning, preset, example }]) => `| \`${name}\` | ${meaning} | ${preset || 'none'} | \`${example}\` |`,
  );
  return `# Configuration

Generated from the declarations in \`src/config-variables.ts\` by \`npm run docs\`; do not edit.

Shipmate reads the environment once, at startup. An empty variable counts as unset. An invalid value prevents the start, with
one line that names the variable, the problem and an example.

| Variable | Meaning | Default | Example |
| --- | --- | --- | --- |
${rows.join('\n')}

For the notation of durations and sizes, see [units](units.md).
`;
}
