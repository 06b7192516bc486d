import fc from 'fast-check';
import { commands } from '../../../src/handlers/commands/index.ts';
import { decodeJson, decodeLine } from '../../../src/handlers/decode-input.ts';
import { parseLine } from '../../../src/handlers/parse-line.ts';
import { tokenise } from '../../../src/handlers/tokenise.ts';
import { parseDotenv } from '../../../src/usecases/applications/parse-dotenv.ts';
import { property } from '../property.ts';
import { textOf } from '../texts.ts';

const flags = commands.flatMap(({ options }) => Object.keys(options).map((key) => `--${key} `));
const words = ['ship ', ' ', '"', "'", '\\', '`', '```', '--', '-h', '--help', '=', '\n', 'shop/api', '30s', '2G'];
const line = textOf([...commands.map(({ name }) => `${name} `), ...new Set(flags), ...words], 4_096);

export const lines = property({
  name: 'command lines',
  inputs: 250_000,
  from: line,
  call: (text) => decodeLine(parseLine(commands, text, tokenise)),
});

export const commandsAsJson = property({
  name: 'commands as JSON',
  inputs: 60_000,
  from: fc
    .tuple(fc.constantFrom(...commands), fc.nat(), fc.jsonValue({ maxDepth: 2 }), line)
    .chain(([command, at, value, text]) => {
      const known = Object.keys(command.options);
      const keys = fc.constantFrom(...known, 'constructor', '__proto__', text.slice(0, 50));
      const fields = fc.dictionary(keys, fc.constantFrom(value, text, String(at), true, null, [value, text]));
      return fields.map((body) => ({ command, body }));
    }),
  call: ({ body, command }) => decodeJson(command, body as Record<string, unknown>),
});

export const environmentFiles = property({
  name: 'environment files',
  inputs: 80_000,
  from: textOf(['A=', 'KEY', '=', '"', "'", '`', '\n', '\r\n', '#', 'export ', '${A}', '\\n', ' ', 'x'], 20_000),
  call: parseDotenv,
});
