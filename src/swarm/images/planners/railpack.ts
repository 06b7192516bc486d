import { join } from 'node:path';
import { baseImageOf } from '../../../config-base-images.ts';
import { UserError } from '../../../errors.ts';
import { openFiles } from '../languages/checkout-files.ts';
import { imagesIn, readPlan } from './plan-file.ts';
import type { Plan, Planner, PlanRequest, RunPlanner } from './planner.ts';
import { commandOptions, tellVariables } from './variables.ts';

const planFile = 'railpack-plan.json';

/**
 * Writes a plan, which a frontend of BuildKit of the same release builds. Railpack recommends it for platforms over
 * `railpack build`, which goes around the Engine.
 * @see https://railpack.com/platforms/running-railpack-in-production
 */
export const railpack: Planner = {
  name: 'railpack',
  summary: 'whatever Railpack recognises: it writes a plan, which its own frontend of BuildKit builds',
  page: 'https://railpack.com/installation',
  shows: 'Railpack builds from a plan instead of a Dockerfile. To see it, run `railpack plan .` in the repository.',
  plan,
};

async function plan(run: RunPlanner, request: PlanRequest): Promise<Plan> {
  const { cacheKey, folder, images, port, scratch, secrets, settings } = request;
  const version = versionIn(await run.quietly(['--version']));
  const variables = settings.build_args ?? {};
  // Secrets by name only: the planner reads a stranger's repository, and has no need of their values.
  const named = { ...Object.fromEntries(secrets.map((name) => [name, ''])), ...variables };
  const { args, env } = tellVariables(named, 'RAILPACK_');
  const out = join(scratch, planFile);
  await run.aloud(
    ['prepare', folder, '--plan-out', out, '--error-missing-start', ...commandOptions(settings), ...args],
    env,
  );
  const text = await openFiles(scratch).read(planFile);
  if (text === undefined) throw new UserError('Railpack wrote no plan. Update it, then deploy again.');
  const planned = withPort(readPlan(text, 'railpack'), port);
  const frontend = baseImageOf(images, 'railpack-frontend', version);
  return {
    text: JSON.stringify(planned, undefined, 2),
    ignore: [],
    buildArgs: { BUILDKIT_SYNTAX: frontend, 'cache-key': cacheKey },
    images: [frontend, ...imagesIn(planned)],
    secrets: variables,
    takesSecrets: true,
  };
}

/** `railpack version 0.9.1` */
function versionIn(text: string): string {
  const [version] = /\d+\.\d+\.\d+[\w.-]*/.exec(text) ?? [];
  if (version !== undefined) return version;
  throw new UserError('`railpack --version` prints no version. Install a release of Railpack, then deploy again.');
}

/** As the images of other builders: the container finds its port in `PORT`, unless the repository says otherwise. */
function withPort(planned: Record<string, unknown>, port: number): Record<string, unknown> {
  const deploy = asObject(planned['deploy']);
  return { ...planned, deploy: { ...deploy, variables: { PORT: String(port), ...asObject(deploy['variables']) } } };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
