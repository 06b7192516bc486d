import { UserError } from '../../../errors.ts';
import { caddyStage, copyPages } from './caddy-stage.ts';
import { type CheckoutFiles, firstFile } from './checkout-files.ts';
import { runCached, runLine, serve } from './instructions.ts';
import { type JsonObject, objectAt, readJson, textAt } from './json.ts';
import type { Language, WriteOptions } from './language.ts';
import { type Framework, frameworks } from './node-frameworks.ts';
import { requireFittingLock } from './node-lock.ts';
import { managerOf, type PackageManager } from './node-managers.ts';
import { nodeVersion } from './node-version.ts';
import { requireWorkspace } from './node-workspace.ts';

/** Applications with a `package.json`. */
export const node: Language = {
  name: 'node',
  summary: '`package.json`: npm, pnpm, Yarn and Bun; the scripts `build` and `start`; frameworks by their output',
  looksFor: ['package.json'],
  takes: ['build', 'output'],
  ignored: ['**/node_modules', 'npm-debug.log*'],
  async detects(files) {
    const manifest = await readJson(files, 'package.json');
    // Pages whose tools alone are in the manifest.
    if (!manifest || (isWithoutScripts(manifest) && (await files.has('index.html')))) return undefined;
    const framework = frameworkOf(manifest);
    return `the build context has \`package.json\`${framework ? ` with ${framework.title}` : ''}`;
  },
  write,
};

async function write(files: CheckoutFiles, options: WriteOptions): Promise<string[]> {
  const manifest = (await readJson(files, 'package.json')) ?? {};
  await requireWorkspace(files, manifest);
  const manager = await managerOf(files, manifest);
  await requireFittingLock(files, manifest, manager);
  const version = await nodeVersion(files, manifest);
  const pages = options.start === undefined ? await pagesOf(files, manifest, options) : undefined;
  const start = pages ? [] : (options.start ?? (await startOf(files, manifest)));
  const isBun = manager.name === 'bun';
  const image = (kind: 'node' | 'node-build') => (isBun ? options.image('bun', '1') : options.image(kind, version));
  const build = await buildStage(files, manifest, manager, options);
  if (pages) {
    const stage = caddyStage(options, { copy: copyPages(pages.folder, 'build'), kind: pages.kind });
    return [`FROM ${image('node-build')} AS build`, ...build, '', ...stage];
  }
  return [
    `FROM ${image('node-build')} AS build`,
    ...build,
    ...(manager.prune === undefined ? [] : [runCached(manager.caches, manager.prune)]),
    '',
    `FROM ${image('node')}`,
    'WORKDIR /app',
    'COPY --from=build /app /app',
    ...serve(options, isBun ? forBun(start) : start, {
      NODE_ENV: 'production',
      // Servers of frameworks listen on the loopback interface alone without it.
      ...(frameworkOf(manifest) && { HOST: '0.0.0.0' }),
    }),
  ];
}

async function buildStage(
  files: CheckoutFiles,
  manifest: JsonObject,
  manager: PackageManager,
  options: WriteOptions,
): Promise<string[]> {
  const needed = ['package.json', ...(manager.lock === undefined ? [] : [manager.lock])];
  for (const config of manager.configs) if (await files.has(config)) needed.push(config);
  const install = runCached(manager.caches, manager.install);
  const setUp = manager.setUp === undefined ? [] : [`RUN ${manager.setUp}`];
  const copied = installsAlone(manifest) ? [`COPY ${needed.join(' ')} ./`, install, 'COPY . .'] : ['COPY . .', install];
  const script = textAt(objectAt(manifest, 'scripts'), 'build');
  const own = script === undefined ? [] : [`RUN ${manager.name} run build`];
  const run = options.build === undefined ? own : [runLine(options.build)];
  return ['WORKDIR /app', ...setUp, ...copied, ...run];
}

/** Whether the manifest is enough to install: no scripts, workspaces, patches or folders of the checkout. */
function installsAlone(manifest: JsonObject): boolean {
  const scripts = objectAt(manifest, 'scripts');
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare'];
  if (hooks.some((hook) => textAt(scripts, hook) !== undefined)) return false;
  const parts = ['workspaces', 'overrides', 'resolutions', 'patchedDependencies', 'pnpm'];
  if (parts.some((part) => manifest[part] !== undefined)) return false;
  const asked = { ...objectAt(manifest, 'dependencies'), ...objectAt(manifest, 'devDependencies') };
  return Object.entries(asked).every(
    ([name, range]) =>
      !/^(?:file|link|portal|patch|workspace|catalog):|^\.{0,2}\//.test(String(range)) &&
      !/^(?:@prisma\/client|prisma)$/.test(name),
  );
}

function frameworkOf(manifest: JsonObject): Framework | undefined {
  return frameworks.find(({ dependency }) => hasDependency(manifest, dependency));
}

function hasDependency(manifest: JsonObject, name: string): boolean {
  return (
    Object.hasOwn(objectAt(manifest, 'dependencies'), name) ||
    Object.hasOwn(objectAt(manifest, 'devDependencies'), name)
  );
}

function isWithoutScripts(manifest: JsonObject): boolean {
  const scripts = objectAt(manifest, 'scripts');
  return textAt(scripts, 'build') === undefined && textAt(scripts, 'start') === undefined;
}

/** The pages that the build makes; undefined when a server is to start. */
async function pagesOf(
  files: CheckoutFiles,
  manifest: JsonObject,
  { build, output }: WriteOptions,
): Promise<Framework['pages']> {
  const framework = frameworkOf(manifest);
  if (output !== undefined) return { folder: output, kind: framework?.pages?.kind ?? 'one' };
  if (!framework || (build ?? textAt(objectAt(manifest, 'scripts'), 'build')) === undefined) return undefined;
  const start = ownStart(manifest, framework);
  if (framework.dependency === 'next') return (await exportsPages(files)) ? { folder: 'out', kind: 'many' } : undefined;
  const { dependency } = framework.server ?? {};
  return start !== undefined || (dependency !== undefined && hasDependency(manifest, dependency))
    ? undefined
    : framework.pages;
}

/** Next.js with `output: 'export'` leaves pages only. */
async function exportsPages(files: CheckoutFiles): Promise<boolean> {
  const config = await firstFile(files, ['next.config.js', 'next.config.mjs', 'next.config.ts', 'next.config.cjs']);
  return config !== undefined && /\boutput\s*:\s*['"]export['"]/.test((await files.read(config)) ?? '');
}

/** The start script, unless it serves for development only. */
function ownStart(manifest: JsonObject, framework: Framework | undefined): string | undefined {
  const script = textAt(objectAt(manifest, 'scripts'), 'start');
  return script !== undefined && framework?.develops?.test(script.trim()) ? undefined : script;
}

async function startOf(files: CheckoutFiles, manifest: JsonObject): Promise<readonly string[]> {
  const framework = frameworkOf(manifest);
  const script = ownStart(manifest, framework);
  // Without npm in between, the program itself gets the signals.
  if (script !== undefined) return /^node(?: [\w./=-]+)+$/.test(script) ? script.split(' ') : ['npm', 'run', 'start'];
  if (framework?.server) return framework.server.command;
  const main = textAt(manifest, 'main');
  const file = await firstFile(files, [
    ...(main === undefined ? [] : [main]),
    'server.js',
    'index.js',
    'app.js',
    'main.js',
  ]);
  if (file !== undefined) return ['node', file];
  throw new UserError(
    '`package.json` has no `start` script, and there is no `main` file, `server.js` or `index.js` to start. ' +
      'Add a `start` script, or a `Procfile` with `web: <command>`.',
  );
}

function forBun(start: readonly string[] | string): readonly string[] | string {
  if (typeof start === 'string') return start;
  return start[0] === 'npm'
    ? ['bun', ...start.slice(1)]
    : start.map((word, at) => (at === 0 && word === 'node' ? 'bun' : word));
}
