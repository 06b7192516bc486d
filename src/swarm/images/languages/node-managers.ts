import { UserError } from '../../../errors.ts';
import { type CheckoutFiles, firstFile } from './checkout-files.ts';
import { type JsonObject, textAt } from './json.ts';
import { plainVersion } from './versions.ts';

/** How a package manager installs, and drops what only the build needs. */
export interface PackageManager {
  name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Its lock file in this checkout; undefined without one. */
  lock: string | undefined;
  /** What has to be installed before it; undefined for what the image brings. */
  setUp?: string;
  install: string;
  /** Undefined when it cannot. */
  prune?: string;
  /** Folders in which it keeps what it downloaded. */
  caches: readonly string[];
  /** Files beside `package.json` that say how to install. */
  configs: readonly string[];
}

const locks = {
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
  bun: ['bun.lock', 'bun.lockb'],
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
} as const;
type ManagerName = keyof typeof locks;
const names = Object.keys(locks) as ManagerName[];

/**
 * The package manager that `packageManager` names, else the one whose lock file is there; npm without both.
 * @throws {UserError} when the lock file is that of another one, or there are several.
 */
export async function managerOf(files: CheckoutFiles, manifest: JsonObject): Promise<PackageManager> {
  const [, named, version] = /^(npm|pnpm|yarn|bun)@([^+]+)/.exec(textAt(manifest, 'packageManager') ?? '') ?? [];
  const found = new Map<ManagerName, string>();
  for (const name of names) {
    const lock = await firstFile(files, locks[name]);
    if (lock !== undefined) found.set(name, lock);
  }
  const chosen = names.find((name) => name === named) ?? onlyOne(found) ?? 'npm';
  const lock = found.get(chosen);
  const [[other, otherLock] = []] = found;
  if (lock === undefined && otherLock !== undefined) {
    throw new UserError(
      `\`package.json\` names the package manager ${chosen}, but the lock file \`${otherLock}\` is that of ${other}. ` +
        `Run \`${chosen} install\`, commit its lock file and remove \`${otherLock}\`.`,
    );
  }
  return managers[chosen]({ files, lock, version: plainVersion(version) });
}

function onlyOne(found: ReadonlyMap<ManagerName, string>): ManagerName | undefined {
  const [first, ...others] = found;
  if (others.length === 0) return first?.[0];
  throw new UserError(
    `There are lock files of several package managers: ${[...found.values()].map((file) => `\`${file}\``).join(', ')}. ` +
      'Keep one, or name the package manager in `package.json`: `"packageManager": "pnpm@10.0.0"`.',
  );
}

interface Found {
  files: CheckoutFiles;
  lock: string | undefined;
  version: string | undefined;
}

const managers: Record<ManagerName, (found: Found) => Promise<PackageManager>> = {
  async npm({ lock }) {
    return {
      name: 'npm',
      lock,
      install: lock === undefined ? 'npm install --include=dev' : 'npm ci --include=dev',
      prune: 'npm prune --omit=dev',
      caches: ['/root/.npm'],
      configs: ['.npmrc'],
    };
  },
  async pnpm({ files, lock, version }) {
    return {
      name: 'pnpm',
      lock,
      setUp: `npm install --global pnpm@${version ?? (await pnpmFor(files))}`,
      install: `pnpm install --prod=false${lock === undefined ? '' : ' --frozen-lockfile'}`,
      prune: 'CI=true pnpm prune --prod --ignore-scripts',
      caches: ['/root/.local/share/pnpm/store'],
      configs: ['.npmrc', 'pnpm-workspace.yaml', '.pnpmfile.cjs'],
    };
  },
  async yarn({ files, lock, version }) {
    return (await isModern(files, version)) ? modernYarn(lock, version) : classicYarn(lock, version);
  },
  async bun({ lock }) {
    const install = `bun install${lock === undefined ? '' : ' --frozen-lockfile'}`;
    return {
      name: 'bun',
      lock,
      install,
      prune: `rm -rf node_modules && ${install} --production --ignore-scripts`,
      caches: ['/root/.bun/install/cache'],
      configs: ['.npmrc', 'bunfig.toml'],
    };
  },
};

/** The image brings Yarn 1 too, which `--force` replaces. */
function classicYarn(lock: string | undefined, version = '1'): PackageManager {
  const install = `yarn install${lock === undefined ? '' : ' --frozen-lockfile'}`;
  return {
    name: 'yarn',
    lock,
    setUp: `npm install --global --force yarn@${version}`,
    install: `${install} --production=false`,
    prune: `${install} --production --ignore-scripts --prefer-offline`,
    caches: ['/usr/local/share/.cache/yarn'],
    configs: ['.npmrc', '.yarnrc'],
  };
}

/** Its own registry of versions is Corepack's; modules in a folder, so that the image starts without Yarn. */
function modernYarn(lock: string | undefined, version: string | undefined): PackageManager {
  const named = version === undefined ? ' && corepack prepare yarn@stable --activate' : '';
  return {
    name: 'yarn',
    lock,
    setUp: `npm install --global --force corepack@latest && corepack enable${named}`,
    install: `YARN_NODE_LINKER=node-modules yarn install${lock === undefined ? '' : ' --immutable'}`,
    ...(Number(version?.split('.')[0] ?? 4) >= 4 && {
      prune: 'YARN_NODE_LINKER=node-modules yarn workspaces focus --all --production',
    }),
    caches: ['/root/.yarn/berry/cache'],
    configs: ['.npmrc', '.yarnrc.yml'],
  };
}

async function isModern(files: CheckoutFiles, version: string | undefined): Promise<boolean> {
  if (version !== undefined) return !version.startsWith('1');
  return (await files.head('yarn.lock'))?.text.includes('\n__metadata:') ?? files.has('.yarnrc.yml');
}

/** The oldest that reads this format: a newer one would want to write the lock file anew. */
async function pnpmFor(files: CheckoutFiles): Promise<string> {
  const [, format = '9'] = /^lockfileVersion: '?(\d+)/m.exec((await files.head('pnpm-lock.yaml'))?.text ?? '') ?? [];
  return { '5': '7', '6': '8' }[format] ?? '10';
}
