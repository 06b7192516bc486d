import { settings } from '../../src/usecases/applications/application-settings.ts';
import type { Command } from '../../src/handlers/command.ts';
import { describeOption, whoMay } from '../../src/handlers/command-help.ts';
import { flagName } from '../../src/handlers/options.ts';
import { usage } from '../../src/handlers/command-usage.ts';

/** The text of docs/commands.md. */
export function commandDocs(commands: readonly Command[]): string {
  return `# Commands

Made from the declarations in \`src/handlers/commands/\` by \`node scripts/generate-docs.ts\`; do not edit.

The same text works in every chat, in the console, and as \`shipmate <line>\` in a shell. Applications are
\`project/app\`; the project may be left out when only one has an application of that name. Quotes group words,
\`--\` ends the options. Over HTTP: \`POST /api/commands/<name>\`, blanks in the name written as dots, the options
as JSON under the names below; see \`GET /api/openapi.json\`. Durations and sizes are written as [units.md](units.md) says.

| Command | What it does | Who may |
| --- | --- | --- |
${commands.map((command) => row([`\`${usage(command)}\``, command.summary, whoMay(command)])).join('\n')}

${commands.map(section).join('\n')}
## Settings of \`app set\`

Written as \`key=value\`; an empty value goes back to the default. They apply at the next deployment.

Entries of a list are separated by commas. A comma inside braces belongs to its entry, as in \`src/**/*.{ts,tsx}\`. An entry with
another comma stands in double quotes: \`'build-args="FLAGS=a,B=c",NODE_ENV=production'\`. A list may also be given in parts:
\`tags=v* tags=release-*\`.

| Setting | Meaning | Example |
| --- | --- | --- |
${Object.entries(settings)
  .map(([key, { summary, example }]) => row([`\`${key}\``, summary, `\`${key}=${example}\``]))
  .join('\n')}
`;
}

function section(command: Command): string {
  const options = Object.entries(command.options).map(([key, option]) =>
    row([
      option.named ? `\`${flagName(key)}\`` : key,
      `\`${key}\``,
      option.required ? 'yes' : 'no',
      describeOption(option),
    ]),
  );
  const table =
    options.length > 0
      ? ['| On a line | In JSON | Required | Meaning |', '| --- | --- | --- | --- |', ...options, '']
      : [];
  const examples = command.examples ? ['```text', ...command.examples, '```', ''] : [];
  return [`## ${command.name}`, '', `${command.summary}.`, '', ...table, ...examples].join('\n');
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
