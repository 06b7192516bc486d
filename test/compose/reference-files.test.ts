import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { differencesOf, type ReferenceService } from '../../scripts/compose/compare-service.ts';
import { ComposeError, type ComposeStack } from '../../src/compose/parse.ts';
import { parseFiles } from './parse-text.ts';

interface Row {
  name: string;
  files: Record<string, string>;
  composeFiles: [string, ...string[]];
  services: Record<string, ReferenceService> | null;
}

const { rows } = JSON.parse(readFileSync(new URL('reference-files.json', import.meta.url), 'utf8')) as { rows: Row[] };

function read({ composeFiles, files }: Row): ComposeStack | null {
  try {
    return parseFiles(files, composeFiles, { variables: { SET: 's' } });
  } catch (error) {
    if (error instanceof ComposeError) return null;
    throw error;
  }
}

it.each(rows.map((row) => [row.name, row] as const))('%s, as the reference implementation has it', (_, row) => {
  const stack = read(row);
  const services = stack?.services ?? [];
  expect(stack && services.map(({ name }) => name).sort()).toEqual(row.services && Object.keys(row.services).sort());
  const differences = services.map((one) => [one.name, differencesOf(one, row.services?.[one.name] ?? {})]);
  expect(differences).toEqual(services.map(({ name }) => [name, []]));
});
