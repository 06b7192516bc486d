import { describe, expect, it } from '@jest/globals';
import { httpCheckOf } from '../../../src/swarm/probe/http-check.ts';
import { applySettings, settings, shownSettings } from '../../../src/usecases/applications/application-settings.ts';

const empty = { source: {}, docker: {}, replicas: 1 };

describe('applySettings', () => {
  it.each([
    [[['port', '3000']], { docker: { ports: [{ container: 3000 }] } }],
    [
      [
        ['port', '3000'],
        ['host-port', '9000'],
      ],
      { docker: { ports: [{ container: 3000, host: 9000 }] } },
    ],
    [[['health-cmd', '["node","check.js"]']], { docker: { healthcheck: { test: ['CMD', 'node', 'check.js'] } } }],
    [[['health-cmd', 'curl -f localhost']], { docker: { healthcheck: { test: ['CMD-SHELL', 'curl -f localhost'] } } }],
    [[['memory', '512M']], { docker: { resources: { limits: { memory: '512M' } } } }],
    [[['cpus-reservation', '0.25']], { docker: { resources: { reservations: { cpus: '0.25' } } } }],
    [[['watch', 'src/**, package.json']], { source: { watch_paths: ['src/**', 'package.json'] } }],
    [[['watch', '{a,b}/**,!docs,app/[id]']], { source: { watch_paths: ['{a,b}/**', '!docs', 'app/[id]'] } }],
    [[['compose-file', 'deploy/compose.yaml']], { source: { compose_file: 'deploy/compose.yaml' } }],
    [
      [['compose-file', 'compose.yaml,prod.yaml,x/y.yaml']],
      { source: { compose_file: 'compose.yaml', compose_overrides: ['prod.yaml', 'x/y.yaml'] } },
    ],
    [[['profiles', 'workers,{x}']], { source: { compose_profiles: ['workers', '{x}'] } }],
    [[['tags', 'v*']], { source: { tags: ['v*'] } }],
    [[['context', 'services/api']], { source: { build_context: 'services/api' } }],
    [[['build-args', 'A=1,B=x=y']], { source: { build_args: { A: '1', B: 'x=y' } } }],
    [[['constraints', 'node.labels.disk==ssd']], { docker: { constraints: ['node.labels.disk==ssd'] } }],
    [[['replicas', '0']], { replicas: 0 }],
    [[['secrets', 'files']], { docker: { secrets: 'files' } }],
    [[['checks', 'required']], { source: { checks: 'required' } }],
    [[['checks-timeout', '1h']], { source: { checks_timeout: '1h' } }],
    [[['release', 'npm run migrate']], { source: { release: 'npm run migrate' } }],
    [[['release', '["node","migrate.js"]']], { source: { release: '["node","migrate.js"]' } }],
    [[['release-timeout', '30m']], { source: { release_timeout: '30m' } }],
    [[['release-on-rollback', 'true']], { source: { release_on_rollback: true } }],
  ] as [[string, string][], object][])('applies %j', (assignments, expected) => {
    expect(applySettings(empty, assignments)).toMatchObject(expected);
  });

  it('asks the port that is set when the health check is a path', () => {
    const { docker } = applySettings(empty, [
      ['port', '3000'],
      ['health-path', '/healthz'],
    ]);
    expect(httpCheckOf(docker)).toEqual({ path: '/healthz', port: 3000 });
  });

  it.each([
    ['port', '70000', 'not a whole number'],
    ['port', '30x', 'not a whole number'],
    ['host-port', '80', 'set `port` first'],
    ['health-path', '/healthz', 'set `port` first'],
    ['health-interval', '5s', 'Set `health-cmd` or `health-path` first'],
    ['stop-grace', 'soon', 'is not a duration'],
    ['memory', 'lots', 'is not a size from `1B`'],
    ['memory', '0', 'is not a size from `1B`'],
    ['cpus', '-1', 'is not a number of CPUs'],
    ['dockerfile', '../Dockerfile', 'inside the repository'],
    ['dockerfile', '/etc/passwd', 'inside the repository'],
    ['context', 'a/../../b', 'inside the repository'],
    ['branch', '--upload-pack=touch /tmp/x', 'is not a valid branch'],
    ['branch', 'a..b', 'is not a valid branch'],
    ['target', '-x', 'is not a valid build stage name'],
    ['image', 'nginx; rm -rf /', 'is not an image reference'],
    ['constraints', 'node.role=worker', 'is not a placement constraint'],
    ['watch', 'a'.repeat(201), 'watch: a pattern has at most 200 characters, not 201.'],
    ['watch', 'a,'.repeat(51), 'watch: at most 50 patterns, not 51.'],
    ['watch', 'a\nb', 'watch: patterns are on one line.'],
    ['watch', '!(a).ts,x!(b)', 'watch: `x!(b)`: `!(…)` is not understood. Add an entry that begins with `!` instead.'],
    ['tags', '{1..999}', 'tags: `{1..999}` stands for more than 100 patterns: use fewer braces.'],
    ['profiles', 'a'.repeat(201), 'profiles: a profile is at most 200 characters long and on one line.'],
    ['secrets', 'both', '`both` is not `env` or `files`'],
    ['checks', 'some', '`some` is not `required` or `off`'],
    ['checks-timeout', 'soon', 'checks-timeout: `soon` is not a duration'],
    ['release', 'a\nb', 'release: a command is one line of at most 1000 characters.'],
    ['release', '["node", 1]', 'release: `["node", 1]` is not a list.'],
    ['release-timeout', '2d', 'release-timeout: `2d` is not a duration from `1s` to `1d`'],
    ['build-args', 'novalue', 'must be `KEY=VALUE`'],
    ['prot', '3000', 'There is no setting `prot`. Did you mean `port`?'],
    ['constructor', 'x', 'There is no setting `constructor`.'],
  ])('refuses %s=%s', (key, value, message) => {
    expect(() => applySettings(empty, [[key, value]])).toThrow(message);
  });

  it('goes back to the default when the value is empty, and leaves its argument alone', () => {
    const before = applySettings(empty, [['port', '3000']]);
    const after = applySettings(before, [['port', '']]);
    expect(after.docker).toEqual({});
    expect(before.docker.ports).toEqual([{ container: 3000 }]);
  });

  it('accepts the example of every setting', () => {
    const first: [string, string][] = [
      ['port', '3000'],
      ['health-cmd', 'true'],
    ];
    for (const [key, { example }] of Object.entries(settings)) {
      expect(() => applySettings(empty, [...first, [key, example]])).not.toThrow();
    }
  });

  it('shows build arguments without their values', () => {
    expect(shownSettings(applySettings(empty, [['build-args', 'NPM_TOKEN=hunter2,B=2']]))['build-args']).toBe(
      'NPM_TOKEN=…,B=…',
    );
  });
});
