import { UserError } from '../../../errors.ts';
import type { CheckoutFiles } from './checkout-files.ts';
import { type JsonObject, objectAt, readJson } from './json.ts';
import type { PackageManager } from './node-managers.ts';

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];

/**
 * Refuses a lock file that does not know a dependency of its manifest, before anything is downloaded. The package manager
 * itself checks the rest.
 * @throws {UserError} with the next step.
 */
export async function requireFittingLock(
  files: CheckoutFiles,
  manifest: JsonObject,
  { lock, name }: PackageManager,
): Promise<void> {
  const locked = lock === undefined || lock === 'bun.lockb' ? undefined : await files.head(lock);
  // The package manager reads a larger one.
  if (lock === undefined || !locked?.isWhole) return;
  const asked = kinds.flatMap((kind) => Object.entries(objectAt(manifest, kind)));
  const missing = name === 'npm' ? await missingOfNpm(files, lock, asked) : missingOfText(locked.text, asked);
  if (missing === undefined) return;
  const install = name === 'npm' ? 'npm install' : `${name} install`;
  throw new UserError(
    `The lock file \`${lock}\` does not fit \`package.json\`: it lacks ${JSON.stringify(missing)}. Run \`${install}\` and commit the lock file.`,
  );
}

async function missingOfNpm(
  files: CheckoutFiles,
  lock: string,
  asked: [string, unknown][],
): Promise<string | undefined> {
  const content = await readJson(files, lock);
  // Format 1 does not repeat what the manifest asks for.
  if (typeof content?.['packages'] !== 'object') return undefined;
  const root = objectAt(objectAt(content, 'packages'), '');
  const locked = new Map(kinds.flatMap((kind) => Object.entries(objectAt(root, kind))));
  const found = asked.find(([name, range]) => locked.get(name) !== range);
  return found && found.join('@').slice(0, 100);
}

function missingOfText(text: string, asked: [string, unknown][]): string | undefined {
  const words = new Set(text.match(/@?[\w.-]+(?:\/[\w.-]+)?/g) ?? []);
  return asked
    .map(([name]) => name)
    .find((name) => !words.has(name))
    ?.slice(0, 100);
}
