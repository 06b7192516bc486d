import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatabaseEngine } from './engine.ts';

/** Files of a program, by their paths below this folder. */
export interface GatewayProgram {
  main: string;
  opening: string;
  files: Record<string, string>;
}

/** What it imports; types are taken off by Node. */
const parts = [
  'gateway/main.ts',
  'gateway/allowed-addresses.ts',
  'gateway/control.ts',
  'gateway/reach.ts',
  'gateway/relay.ts',
  'gateway/sessions.ts',
  'gateway/stream-end.ts',
];

/** The program that leads clients of an engine to its server by TLS; see `gateway/main.ts`. */
export async function gatewayProgram({ outside }: Pick<DatabaseEngine, 'outside'>): Promise<GatewayProgram> {
  const opening = nameOf(outside.opening);
  const names = [...parts, opening, ...(outside.imports ?? []).map(nameOf)];
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(new URL(name, import.meta.url), 'utf8')] as const),
  );
  return { main: 'gateway/main.ts', opening, files: Object.fromEntries(files) };
}

function nameOf(file: URL): string {
  return relative(fileURLToPath(new URL('.', import.meta.url)), fileURLToPath(file)).replaceAll('\\', '/');
}
