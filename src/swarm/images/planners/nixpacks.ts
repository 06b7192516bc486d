import { UserError } from '../../../errors.ts';
import { openFiles } from '../languages/checkout-files.ts';
import { findBaseImages } from '../parse-dockerfile.ts';
import { readPlan } from './plan-file.ts';
import type { Plan, Planner, PlanRequest, RunPlanner } from './planner.ts';
import { commandOptions, tellVariables } from './variables.ts';

/**
 * Writes a Dockerfile. `nixpacks build` without `--out` would build it by itself, with a Docker client of its own.
 * @see https://nixpacks.com/docs/cli
 */
export const nixpacks: Planner = {
  name: 'nixpacks',
  summary: 'whatever Nixpacks recognises: it writes the Dockerfile',
  page: 'https://nixpacks.com/docs/install',
  writes: '.nixpacks',
  shows:
    'Nixpacks generates its Dockerfile for each build. To see it, run `nixpacks build . --out .` in the repository.',
  plan,
};

async function plan(run: RunPlanner, request: PlanRequest): Promise<Plan> {
  const { cacheKey, folder, port, settings } = request;
  const variables: Record<string, string> = { ...settings.build_args, PORT: String(port) };
  const { args: named, env } = tellVariables(variables, 'NIXPACKS_');
  const args = [...commandOptions(settings), ...named];
  const planned = readPlan(await run.quietly(['plan', folder, '--format', 'json', ...args], env), 'nixpacks');
  await run.aloud(['build', folder, '--out', folder, '--cache-key', cacheKey, ...args], env);
  const text = await openFiles(folder).read('.nixpacks/Dockerfile');
  if (text === undefined)
    throw new UserError('Nixpacks wrote no `.nixpacks/Dockerfile`. Update it, then deploy again.');
  const buildArgs = { ...textsOf(planned['variables']), ...variables };
  return {
    text,
    ignore: ['!.nixpacks'],
    buildArgs,
    images: await findBaseImages(text, buildArgs),
    takesSecrets: false,
  };
}

function textsOf(variables: unknown): Record<string, string> {
  const entries = typeof variables === 'object' && variables !== null ? Object.entries(variables) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
