/**
 * Tries the compose reader on a folder of compose files, and compares it with Docker Compose where that is installed:
 * `npm run corpus -- FOLDER [PROGRAM]` (default program: `docker-compose`, of version 2.40 or newer).
 *
 * A file is **accepted**, or refused by line. It **runs as meant** if Docker Compose accepts it, too, and every service
 * has the image, command, variables, ports, mounts, dependencies, checks and limits that Docker Compose reads, except
 * for keys of which a warning tells. Variables without a default are set to something; ports to 8080.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ComposeError, type ComposeStack, parseCompose } from '../src/compose/parse.ts';
import { differencesOf } from './compose/compare-service.ts';
import { referenceServices } from './compose/reference.ts';

interface Outcome {
  file: string;
  refused?: string;
  /** Needs what an admin allows. */
  needs: boolean;
  /** Without warnings about what is left out. */
  silent: boolean;
  /** Undefined when there is no reference, or it refuses the file. */
  lost?: string[];
}

async function tryFile(folder: string, file: string, program: string): Promise<Outcome> {
  const text = await readFile(join(folder, file), 'utf8');
  const names = new Set([...text.matchAll(/\$\{?([A-Za-z_]\w*)(?!\w|:?-)/g)].map(([, name]) => name ?? ''));
  const variables = Object.fromEntries([...names].map((name) => [name, /PORT/.test(name) ? '8080' : 'x']));
  const name = 'compose.yaml';
  let stack: ComposeStack;
  try {
    stack = parseCompose({ file: name, text, variables, profiles: [] });
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return { file, refused: error.message, needs: false, silent: false };
  }
  // Docker Compose refuses a file without them.
  const envFiles = stack.services.flatMap((one) => one.envFiles.map(({ path }) => [path, '']));
  const files = { [name]: text, ...(Object.fromEntries(envFiles) as Record<string, string>) };
  const reference = await referenceServices(program, { files, composeFiles: [name], variables });
  const silent = stack.warnings.length === 0;
  const found = { file, needs: stack.needs.length > 0, silent };
  return reference ? { ...found, lost: lostOf(stack, reference) } : found;
}

function lostOf({ services, warnings }: ComposeStack, reference: Record<string, Record<string, unknown>>): string[] {
  return Object.entries(reference).flatMap(([name, theirs]) => {
    const service = services.find((one) => one.name === name);
    if (!service) return [`${name} is missing`];
    const isTold = (key: string) => warnings.some((line) => line.startsWith(`\`${key}\` of `));
    return differencesOf(service, theirs)
      .filter((key) => !isTold(key))
      .map((key) => `${name}.${key}`);
  });
}

async function main([folder, program = 'docker-compose']: string[]): Promise<void> {
  if (folder === undefined) throw new Error('Name a folder: npm run corpus -- FOLDER [PROGRAM]');
  const files = (await readdir(folder)).filter((one) => /\.ya?ml$/.test(one)).sort();
  const outcomes: Outcome[] = [];
  for (const file of files) outcomes.push(await tryFile(folder, file, program));
  for (const { file, lost = [], refused } of outcomes) {
    if (refused !== undefined) process.stdout.write(`refused ${file}\n${refused.replaceAll(/^/gm, '  ')}\n`);
    else if (lost.length > 0) process.stdout.write(`differs ${file}: ${lost.join(', ')}\n`);
  }
  const count = (what: (one: Outcome) => boolean) => {
    const many = outcomes.filter(what).length;
    return `${many} of ${files.length} (${((100 * many) / Math.max(1, files.length)).toFixed(1)} %)`;
  };
  const lines = [
    `accepted: ${count(({ refused }) => refused === undefined)}`,
    `run as meant: ${count(({ lost }) => lost?.length === 0)}`,
    `of these, once an admin allows something: ${count(({ lost, needs }) => lost?.length === 0 && needs)}`,
    `of these, with nothing left out: ${count(({ lost, silent }) => lost?.length === 0 && silent)}`,
    `refused by Docker Compose itself: ${count(({ lost, refused }) => refused === undefined && lost === undefined)}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

await main(process.argv.slice(2));
