import fc from 'fast-check';
import { parseCompose } from '../../../src/compose/parse.ts';
import { baseImages } from '../../../src/swarm/images/base-images.ts';
import { readDockerignore } from '../../../src/swarm/images/dockerignore.ts';
import { createRedactor } from '../../../src/secrets/redact.ts';
import { readGlobs } from '../../../src/patterns/glob-list.ts';
import { PatternError } from '../../../src/patterns/pattern-error.ts';
import { property } from '../property.ts';
import { anyText, textOf } from '../texts.ts';

const yaml = [
  'services:',
  '\n  web:',
  '\n    image: nginx',
  '\n    ports: ["80:80"]',
  '\n    environment:',
  '\n      - A=${B:-c}',
  '\n    deploy: { replicas: 2 }',
  '\n    depends_on: [db]',
  '\n    volumes: ["data:/data"]',
  '\n    healthcheck: { test: ["CMD", "true"] }',
  '\n  db: { image: postgres }',
  '\nvolumes: { data: }',
  '&a ',
  '*a',
  '<<: *a',
  '${',
  '}',
  '$$',
  '[',
  ']',
  '{',
  ': ',
  '\n  ',
  '- ',
  '|',
  '>',
  '!!binary ',
  '"',
  "'",
  '#',
];

export const composeFiles = property({
  name: 'compose files',
  inputs: 40_000,
  inThread: true,
  from: fc.oneof(
    textOf(yaml, 2_000),
    fc.subarray(yaml.slice(0, 12)).map((parts) => parts.join('')),
  ),
  call: (text) => parseCompose({ file: 'compose.yaml', text, variables: { B: 'b' }, profiles: [] }),
});

export const dockerfiles = property({
  name: 'Dockerfiles',
  inputs: 30_000,
  inThread: true,
  from: textOf([
    'FROM ',
    'nginx',
    ' AS ',
    'COPY --from=',
    '${A:-b}',
    '\n',
    '\\\n',
    '#',
    'ARG A=',
    ' ',
    '"',
    '<<EOF',
    '`',
    '0',
  ]),
  call: (text) => baseImages(text, { A: 'a' }),
});

const globs = [
  '*',
  '**',
  '/',
  '?',
  '[a-z]',
  '[!',
  ']',
  '{a,b}',
  '{',
  '}',
  ',',
  '!',
  '@(a|b)',
  '*(',
  ')',
  '|',
  '\\',
  'src',
  '.',
];

export const ignoreFiles = property({
  name: '.dockerignore files',
  inputs: 20_000,
  from: fc.tuple(textOf([...globs, '\n', '#', ' '], 1_000), textOf(['src', '/', '.', 'a'], 300)),
  async call([text, path]) {
    const rules = await readDockerignore(text);
    await rules.look(path, rules.none);
  },
});

export const globLists = property({
  name: 'watch and tags',
  inputs: 30_000,
  from: fc.record({
    list: fc.array(textOf(globs, 200), { minLength: 1, maxLength: 4 }),
    kind: fc.constantFrom('paths', 'names'),
    texts: fc.array(textOf(['src', '/', '.ts', 'a'], 300), { maxLength: 3 }),
  }),
  async call({ kind, list, texts }) {
    try {
      await (await readGlobs(list, kind)).matchesAny(texts);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
    }
  },
});

export const redactedTexts = property({
  name: 'output with secrets in it',
  inputs: 30_000,
  from: fc.record({
    secrets: fc.array(textOf(['abcd', 'ab', '\n', '=', 'a'], 100), { maxLength: 4 }),
    text: fc.oneof(
      anyText,
      textOf(['abcd', 'ab', '\n', 'ghp_', 'eyJ', '.', '//u:p@', 'password=', 'a', '-----BEGIN'], 10_000),
    ),
  }),
  call: ({ secrets, text }) => createRedactor(secrets)(text),
});
