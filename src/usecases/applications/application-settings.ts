import { imageReference } from './image-reference.ts';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../closest-name.ts';
import { httpCheckOf } from '../../swarm/probe/http-check.ts';
import { setOrRemove, requireHealth, setHealth, setHealthPath, shownTest } from './health-settings.ts';
import { joinList, splitList } from './list-value.ts';
import { composeSettings } from './compose-settings.ts';
import { previewSettings } from './preview-settings.ts';
import * as check from './setting-checks.ts';
import {
  dockerList,
  healthDetail,
  resource,
  setPort,
  type Setting,
  type SettingsDraft,
  sourceList,
  sourceText,
} from './setting-kinds.ts';
import { readEnvironment } from '../shared-variables/environment-name.ts';
import { anyOf } from '../../word-lists.ts';
import { quoted } from '../../quoted.ts';

const secretModes = ['env', 'files'] as const;

/** Everything `app set` and the options of `app create` can change. */
export const settings: Record<string, Setting> = {
  port: {
    summary: 'Port the container listens on; the ingress routes to it',
    example: '3000',
    get: ({ docker }) => docker.ports?.[0]?.container.toString(),
    set: ({ docker }, value) => setPort(docker, 'container', value),
  },
  'port-check': {
    summary: 'Whether a new version must accept connections on its port: `on` (default) or `off`, e.g. for a worker',
    example: 'off',
    get: ({ docker }) => docker.port_check,
    set({ docker }, value) {
      if (value !== undefined && value !== 'on' && value !== 'off')
        throw new UsageError(`port-check: ${quoted(value)} is not \`on\` or \`off\`.`);
      setOrRemove(docker, 'port_check', value === 'off' ? value : undefined);
    },
  },
  'host-port': {
    summary: 'Port published on every node in host mode, in addition to the ingress; only admins change it',
    example: '9000',
    admin: true,
    get: ({ docker }) => docker.ports?.[0]?.host?.toString(),
    set: ({ docker }, value) => setPort(docker, 'host', value),
  },
  replicas: {
    summary: 'Number of tasks (default 1)',
    example: '2',
    get: (draft) => String(draft.replicas),
    set(draft, value) {
      draft.replicas = value === undefined ? 1 : check.wholeNumber('replicas', value, 0, 1_000);
    },
  },
  'health-cmd': {
    summary: 'Health check run in the container; a JSON list runs without a shell',
    example: '["node","check.js"]',
    get: ({ docker }) => shownTest(docker),
    set: ({ docker }, value) =>
      setHealth(docker, value === undefined ? undefined : check.healthTest('health-cmd', value)),
  },
  'health-path': {
    summary: 'Health check: a path of the application that answers 2xx or 3xx when it is well',
    example: '/healthz',
    get: ({ docker }) => httpCheckOf(docker)?.path,
    set: ({ docker }, value) => setHealthPath(docker, value),
  },
  'health-interval': healthDetail('interval', 'Time between health checks', '5s'),
  'health-timeout': healthDetail('timeout', 'Time a health check may take', '3s'),
  'health-start-period': healthDetail('start_period', 'Start-up time during which failed checks do not count', '20s'),
  'health-retries': {
    summary: 'Failed checks in a row that make a task unhealthy',
    example: '3',
    get: ({ docker }) => docker.healthcheck?.retries?.toString(),
    set: ({ docker }, value) =>
      setOrRemove(
        requireHealth(docker),
        'retries',
        value === undefined ? undefined : check.wholeNumber('health-retries', value, 1, 100),
      ),
  },
  memory: resource('limits', 'memory', 'Memory a task may use', '512M'),
  cpus: resource('limits', 'cpus', 'CPUs a task may use', '0.5'),
  'memory-reservation': resource('reservations', 'memory', 'Memory a node must have free for a task', '256M'),
  'cpus-reservation': resource('reservations', 'cpus', 'CPUs a node must have free for a task', '0.25'),
  command: dockerList('command', 'Entry point instead of the image’s', '["node","server.js"]', (value) =>
    check.wordList('command', value),
  ),
  args: dockerList('args', 'Arguments of the entry point', '["--verbose"]', (value) => check.wordList('args', value)),
  constraints: dockerList('constraints', 'Placement constraints, separated by commas', 'node.role==worker', (value) =>
    splitList('constraints', value).map((one) => check.constraint('constraints', one)),
  ),
  'stop-grace': {
    summary: 'Time between SIGTERM and SIGKILL (default 10s)',
    example: '30s',
    get: ({ docker }) => docker.stop_grace_period,
    set: ({ docker }, value) =>
      setOrRemove(docker, 'stop_grace_period', value === undefined ? undefined : check.duration('stop-grace', value)),
  },
  secrets: {
    summary: 'How secret variables reach the container: `env` (default) or `files` under /run/secrets',
    example: 'files',
    get: ({ docker }) => docker.secrets,
    set({ docker }, value) {
      const mode = secretModes.find((one) => one === value);
      if (value !== undefined && !mode) throw new UsageError(`secrets: ${quoted(value)} is not ${anyOf(secretModes)}.`);
      setOrRemove(docker, 'secrets', mode);
    },
  },
  environment: sourceText(
    'environment',
    'Whose shared variables the application gets before those of the whole project (default: none)',
    'staging',
    (_name, value) => readEnvironment(value),
  ),
  protected: {
    summary: 'Deployments wait until another admin approves them; only admins change it',
    example: 'true',
    admin: true,
    get: ({ source }) => source.protected?.toString(),
    set: ({ source }, value) =>
      setOrRemove(source, 'protected', value !== undefined && check.yesOrNo('protected', value) ? true : undefined),
  },
  branch: sourceText('branch', 'Branch whose pushes deploy', 'main', check.branch),
  poll: sourceText(
    'poll',
    'How often Shipmate looks for new commits of the branch and deploys them (default: never)',
    '5m',
    check.pollInterval,
  ),
  watch: sourceList(
    'watch_paths',
    'Globs of paths; pushes without a match do not deploy. The last match decides',
    'src/**,package.json',
    (value) => check.globs('watch', value, 'paths'),
  ),
  tags: sourceList('tags', 'Globs of tags whose push deploys. The last match decides', 'v*', (value) =>
    check.globs('tags', value, 'names'),
  ),
  checks: {
    summary: 'Whether a deployment waits for its commit’s checks: `required` or `off` (default)',
    example: 'required',
    get: ({ source }) => source.checks,
    set({ source }, value) {
      if (value !== undefined && value !== 'required' && value !== 'off')
        throw new UsageError(`checks: ${quoted(value)} is not \`required\` or \`off\`.`);
      setOrRemove(source, 'checks', value === 'required' ? value : undefined);
    },
  },
  'checks-timeout': sourceText('checks_timeout', 'Longest wait for checks (default 30m)', '1h', check.duration),
  builder: sourceText(
    'builder',
    'What builds the image (default: the first that fits; railpack and nixpacks only if named)',
    'node',
    check.builder,
  ),
  dockerfile: sourceText('dockerfile', 'Dockerfile, relative to the context', 'Dockerfile', check.pathInside),
  context: sourceText('build_context', 'Build context inside the repository', 'services/api', check.pathInside),
  'build-command': sourceText(
    'build_command',
    'What builds without a Dockerfile, instead of the builder’s own command',
    'npm run build:web',
    check.commandLine,
  ),
  output: sourceText('output', 'Folder of pages to serve without a Dockerfile', 'dist', check.pathInside),
  'start-command': sourceText(
    'start_command',
    'What starts the container without a Dockerfile, instead of the builder’s own command',
    'node build/server.js',
    check.commandLine,
  ),
  target: sourceText('target', 'Stage of the Dockerfile to build', 'production', check.stageName),
  'build-args': {
    summary: 'Build arguments, separated by commas; one with a comma in double quotes',
    example: 'NODE_ENV=production',
    mask: (value) =>
      splitList('build-args', value)
        .map((one) => one.replace(/=.*/s, '=…'))
        .join(','),
    get: ({ source }) =>
      source.build_args && joinList(Object.entries(source.build_args).map(([key, value]) => `${key}=${value}`)),
    set: ({ source }, value) =>
      setOrRemove(
        source,
        'build_args',
        value === undefined
          ? undefined
          : Object.fromEntries(splitList('build-args', value).map((one) => check.keyValue('build-args', one))),
      ),
  },
  release: sourceText(
    'release',
    'Runs once in the new image before it is rolled out, e.g. migrations; a JSON list runs without a shell',
    'npm run migrate',
    check.programLine,
  ),
  'release-timeout': sourceText(
    'release_timeout',
    'Longest time that the release command may take (default 10m)',
    '30m',
    check.releaseTimeout,
  ),
  'release-on-rollback': {
    summary: 'Rollbacks run the release command of the earlier version too (default false)',
    example: 'true',
    get: ({ source }) => source.release_on_rollback?.toString(),
    set: ({ source }, value) =>
      setOrRemove(
        source,
        'release_on_rollback',
        value !== undefined && check.yesOrNo('release-on-rollback', value) ? true : undefined,
      ),
  },
  ...composeSettings,
  ...previewSettings,
  image: sourceText('image', 'Image of a docker application', 'nginx:1.27', imageReference),
};

export type { SettingsDraft };

const lists = new Set([
  'watch',
  'tags',
  'constraints',
  'build-args',
  'profiles',
  'host-ports',
  'grants',
  'previews-env',
]);

/** What is set, as people may see it. */
export function shownSettings(draft: SettingsDraft): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const value = setting.get(draft);
    if (value !== undefined) shown[key] = setting.mask?.(value) ?? value;
  }
  return shown;
}

/** Applies `key` → value pairs to a copy; an empty value goes back to the default. @throws {UsageError} */
export function applySettings(draft: SettingsDraft, assignments: [string, string][]): SettingsDraft {
  const changed = structuredClone(draft);
  for (const [key, value] of togetherByKey(assignments)) {
    const setting = Object.hasOwn(settings, key) ? settings[key] : undefined;
    if (!setting) throw new UsageError(unknownSetting(key));
    setting.set(changed, value === '' ? undefined : value);
  }
  return changed;
}

/** A list may be given in parts: `tags=v* tags=release-*`. Of other settings the last one counts. */
function togetherByKey(assignments: readonly [string, string][]): [string, string][] {
  const together = new Map<string, string>();
  for (const [key, value] of assignments) {
    const before = together.get(key);
    const isMore = lists.has(key) && before !== undefined && before !== '' && value !== '';
    together.set(key, isMore ? `${before},${value}` : value);
  }
  return [...together];
}

function unknownSetting(key: string): string {
  const known = Object.keys(settings);
  return `There is no setting \`${key}\`. ${didYouMean(key, known, `Settings: ${known.join(', ')}.`)}`;
}
