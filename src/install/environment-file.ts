import { mkdir, readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { didYouMean } from '../closest-name.ts';
import { requireRecipient } from '../config-recipient.ts';
import { variables } from '../config-variables.ts';
import { type Config, loadConfig } from '../config.ts';
import { UsageError, UserError } from '../errors.ts';
import { places } from './places.ts';
import { writeWhole } from './record.ts';
import type { Step } from './steps.ts';

/** Variables by name. */
export type Settings = Readonly<Record<string, string>>;

/** What most installations set at some time. */
const offered: readonly (keyof typeof variables)[] = [
  'SHIPMATE_PUBLIC_URL',
  'SHIPMATE_BASE_DOMAIN',
  'SHIPMATE_TRUSTED_PROXIES',
  'DATABASE_URL',
];

const head = [
  '# Variables of Shipmate, which it reads when it starts. `shipmate install NAME=value` sets one, and keeps the others.',
  '# After a change by hand: sudo systemctl restart shipmate (in a swarm: sudo shipmate install --swarm)',
  ...offered.map((name) => `#${name}=${variables[name].example}`),
  '',
].join('\n');

/** Of variables whose values are nobody's business: everyone on the machine can read the arguments of a program. */
const confidential = /KEY|TOKEN|SECRET|PASSWORD|DATABASE_URL/;

/**
 * Reads `NAME=value` words.
 * @throws {UsageError} for other words, unknown names, and names of secrets.
 */
export function readSettings(words: readonly string[]): Settings {
  return Object.fromEntries(words.map(readSetting));
}

function readSetting(word: string): [string, string] {
  const at = word.indexOf('=');
  const name = at === -1 ? word : word.slice(0, at);
  if (at === -1 || !/^[A-Z][A-Z0-9_]*$/.test(name)) {
    throw new UsageError(`\`${name}\` is no option and no \`NAME=value\`. See: shipmate install --help`);
  }
  if (confidential.test(name)) {
    throw new UsageError(
      `${name} is a secret, and everyone on this machine can read the arguments of a program. ` +
        `Put it into a file and name that: shipmate install --env-file <path>`,
    );
  }
  if (!Object.hasOwn(variables, name)) {
    const known = Object.keys(variables);
    throw new UsageError(
      `Shipmate has no variable \`${name}\`. ${didYouMean(name, known, 'docs/configuration.md has all.')}`,
    );
  }
  return [name, word.slice(at + 1)];
}

/**
 * The text of the file with these settings in it; everything else in it stays as it is.
 * @param text Undefined: there is no file yet.
 * @throws {UsageError} for a value that not every reader of the file would read alike.
 */
export function withSettings(text: string | undefined, settings: Settings): string {
  let lines = (text ?? head).split('\n');
  for (const [name, value] of Object.entries(settings)) {
    if (parseEnv(lines.join('\n'))[name] === value) continue;
    const line = `${name}=${quoted(name, value)}`;
    const at = lines.findIndex((each) => each.trimStart().startsWith(`${name}=`));
    // Where there are several, the last one counts.
    const others = lines.filter((each, place) => place === at || !each.trimStart().startsWith(`${name}=`));
    lines = at === -1 ? [...dropLastBreak(lines), line, ''] : others.with(at, line);
  }
  return lines.join('\n');
}

function dropLastBreak(lines: string[]): string[] {
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** systemd and Node read the file, and agree on these. */
function quoted(name: string, value: string): string {
  if (/^[\w@%+:,./=?&~-]*$/.test(value)) return value;
  if (!/['\r\n]/.test(value)) return `'${value}'`;
  if (!/["\\$`\r\n]/.test(value)) return `"${value}"`;
  throw new UsageError(`${name} has a line break, or quotes of both kinds, which ${places.environment} cannot hold.`);
}

/**
 * What Shipmate will read of the file.
 * @throws {UserError} for what would stop its start, in the words of the start.
 */
export async function configOf(text: string): Promise<Config> {
  const settings = parseEnv(text);
  const folder = settings['SHIPMATE_DATA_DIR'];
  if (folder !== undefined && folder !== places.data) {
    throw new UsageError(
      `SHIPMATE_DATA_DIR is ${folder}. The data folder of an installation is ${places.data}, the only one that the ` +
        'service may write: mount another disk there, or take the variable out.',
    );
  }
  const config = loadConfig({ ...settings, SHIPMATE_DATA_DIR: places.data });
  await requireRecipient(config);
  return config;
}

/** Writes it, readable by root alone. */
export function environmentStep(text: string): Step {
  return {
    does: `write the variables into ${places.environment}, which only root may read`,
    isDone: async () => (await readOptional(places.environment)) === text,
    async run() {
      await mkdir(places.settings, { recursive: true, mode: 0o755 });
      await writeWhole(places.environment, text, 0o600);
    },
  };
}

/** @returns undefined where there is no such file. */
export async function readOptional(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UserError(`${path} cannot be read: ${error.message}.`, { cause: error });
  });
}
