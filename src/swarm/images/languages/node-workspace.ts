import { UserError } from '../../../errors.ts';
import type { CheckoutFiles } from './checkout-files.ts';
import { type JsonObject, objectAt } from './json.ts';

/**
 * Refuses a package whose neighbours are outside the build context.
 * @throws {UserError} with the next step.
 */
export async function requireWorkspace(files: CheckoutFiles, manifest: JsonObject): Promise<void> {
  if (manifest['workspaces'] !== undefined || (await files.has('pnpm-workspace.yaml'))) return;
  const asked = { ...objectAt(manifest, 'dependencies'), ...objectAt(manifest, 'devDependencies') };
  const [name] = Object.entries(asked).find(([, range]) => String(range).startsWith('workspace:')) ?? [];
  if (name === undefined) return;
  throw new UserError(
    `\`package.json\` needs ${JSON.stringify(name.slice(0, 100))} of its workspace, which is outside the build context. ` +
      'Set the context to the top of the workspace (`app set <app> context=`), and name the command of this package in a `Procfile` there.',
  );
}
