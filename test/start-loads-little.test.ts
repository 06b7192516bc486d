import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';

const root = new URL('..', import.meta.url);

/** Files by their paths below the root. */
let loaded: string[];

beforeAll(async () => {
  const hook = new URL('test/support/count-modules.mjs', root).href;
  const args = [
    '--import',
    hook,
    '--input-type=module',
    '--eval',
    `await import('${new URL('src/app.ts', root).href}')`,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 10 * 1024 ** 2 });
  loaded = (JSON.parse(stdout) as string[]).map((url) => url.slice(root.href.length));
});

test('a start loads at most 1,420 modules', () => {
  expect(loaded).toContain('src/app.ts');
  expect(loaded.length).toBeLessThanOrEqual(1_420);
});

test.each([
  'yaml',
  'dockerfile-ast',
  'protobufjs',
  '@grpc/grpc-js',
  'semver',
  'ssh2',
  'bcrypt',
  'rate-limiter-flexible',
  'piscina',
  'acme-client',
  '@aws-sdk/client-s3',
  'echarts',
  '@resvg/resvg-js',
  '@slack/bolt',
  'discord.js',
  '@mattermost/client',
  '@octokit/rest',
  '@gitbeaker/rest',
  'chrono-node',
  '@mikro-orm/migrations',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/resources',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/exporter-trace-otlp-proto',
])('a start does not load %s', (name) => {
  expect(loaded.filter((path) => path.startsWith(`node_modules/${name}/`))).toEqual([]);
});

test('a start loads neither commands nor what jobs, deployments and builds do', () => {
  const rare = ['src/handlers/commands/', 'src/usecases/backups/run-', 'src/usecases/deployments/steps/build-image.ts'];
  expect(loaded.filter((path) => rare.some((one) => path.startsWith(one)))).toEqual([]);
});
