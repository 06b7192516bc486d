import { createHash } from 'node:crypto';
import { lstat, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { allOf } from '../../word-lists.ts';
import { buildEngine } from '../api-version.ts';
import type { BuildEvents, BuiltImage } from '../swarm.ts';
import type { Builder, EngineBuildRequest } from './builder.ts';
import { dockerfileBuilder } from './dockerfile-builder.ts';
import { commandsOf, defaultPort } from './generated-builder.ts';
import { openFiles } from './languages/checkout-files.ts';
import type { Plan, Planner } from './planners/planner.ts';
import { plannerIn } from './planners/run-planner.ts';
import { withDockerfile } from './written-dockerfile.ts';

/** Builds what a planner plans, as a Dockerfile: with our labels, limits, logins, cancellation and cache. */
export function plannedBuilder(planner: Planner): Builder {
  return {
    name: planner.name,
    onlyAsked: true,
    looksFor: [],
    detects: async () => undefined,
    async dockerfile() {
      throw new UserError(planner.shows);
    },
    // Known from the plan; the build asks about each of them.
    baseImages: async () => [],
    identity: (
      { build_args: args = {}, build_context: context = '.', ...own },
      { images = {}, port = defaultPort } = {},
    ) => [context, Object.entries(images).sort(), port, Object.entries(args).sort(), ...commandsOf(own)],
    build: (request, events, signal) => build(planner, request, events, signal),
  };
}

async function build(
  planner: Planner,
  request: EngineBuildRequest,
  events: BuildEvents,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const { context: folder, docker, settings } = request;
  const engine = request.engine ?? (await buildEngine(docker));
  if (!engine.buildkit) {
    throw new UserError(`The builder \`${planner.name}\` needs BuildKit, which this Docker Engine does not have.`);
  }
  if (settings.output !== undefined) {
    throw new UserError(
      `The builder \`${planner.name}\` does not use \`output\`. Unset it with \`app set <app> output=\`.`,
    );
  }
  if (planner.writes !== undefined) await requireMissing(folder, planner.writes);
  const scratch = await mkdtemp(join(tmpdir(), 'shipmate-plan-'));
  try {
    const plan = await planned(planner, { ...request, engine }, { scratch, events, signal });
    for (const image of plan.images) await events.onImage?.(image);
    return await buildPlanned(plan, { ...request, engine }, events, signal);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    if (planner.writes !== undefined) await rm(join(folder, planner.writes), { recursive: true, force: true });
  }
}

interface Planning {
  scratch: string;
  events: BuildEvents;
  signal: AbortSignal;
}

async function planned(
  planner: Planner,
  request: EngineBuildRequest,
  { events, scratch, signal }: Planning,
): Promise<Plan> {
  const { context: folder, generation: { images = {}, port = defaultPort } = {}, settings, tag } = request;
  const secrets = Object.keys(request.secrets ?? {});
  const plan = await planner.plan(plannerIn(planner, folder, events, signal), {
    folder,
    scratch,
    settings,
    secrets,
    images,
    port,
    cacheKey: createHash('sha256')
      .update(tag.replace(/:[^/:]*$/, ''))
      .digest('hex')
      .slice(0, 16),
  });
  if (!plan.takesSecrets && secrets.length > 0) {
    await events.onLine(
      `${allOf(secrets)} did not go into this build: ${planner.name} would keep build secrets in the image. ` +
        'Use a Dockerfile, or `app set <app> builder=railpack`.',
    );
  }
  return plan;
}

async function buildPlanned(
  { buildArgs, ignore, images, secrets, takesSecrets, text }: Plan,
  request: EngineBuildRequest,
  events: BuildEvents,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const { context: folder, settings } = request;
  const { build_context: context } = settings;
  const own = (await openFiles(folder).read('.dockerignore')) ?? '';
  return withDockerfile(folder, { text, ignore: ['.git', own, ...ignore].join('\n') }, (dockerfile) => {
    const planSettings = {
      dockerfile,
      build_args: buildArgs,
      ...(context !== undefined && { build_context: context }),
    };
    const given = takesSecrets ? { ...secrets, ...request.secrets } : {};
    return dockerfileBuilder.build(
      { ...request, settings: planSettings, baseImages: images, secrets: given },
      events,
      signal,
    );
  });
}

/** A link of that name could lead the planner out of the checkout. */
async function requireMissing(folder: string, name: string): Promise<void> {
  const found = await lstat(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (found) throw new UserError(`The repository has \`${name}\`, which the builder writes itself. Remove it.`);
}
