import { variables } from '../../src/config-variables.ts';

/** The text of docs/configuration.md. */
export function configurationDocs(): string {
  const rows = Object.entries(variables).map(
    ([name, { meaning, preset, example }]) => `| \`${name}\` | ${meaning} | ${preset || 'none'} | \`${example}\` |`,
  );
  return `# Configuration

Made from the declarations in \`src/config-variables.ts\` by \`node scripts/generate-docs.ts\`; do not edit.

Shipmate reads the environment once, at the start. An empty variable counts as not set. A wrong value stops the
start with one line that names the variable, what is wrong, and an example.

| Variable | Meaning | Default | Example |
| --- | --- | --- | --- |
${rows.join('\n')}

Durations are written as \`90s\` or \`1h30m\`, periods as \`90d\`, sizes as \`500M\` or \`2G\`: see [durations and sizes](units.md).
`;
}
