import { describe, expect, it } from '@jest/globals';
import type { ComposeService } from '../../src/compose/parse.ts';
import { one, parse } from './parse-text.ts';

describe('what a service may say', () => {
  it.each<[string, Partial<ComposeService>]>([
    ['command: node "my server.js" -v', { command: ['node', 'my server.js', '-v'] }],
    ['command: [node, server.js, 1]', { command: ['node', 'server.js', '1'] }],
    ['command: []', { command: [] }],
    ['entrypoint: /run.sh', { entrypoint: ['/run.sh'] }],
    ['environment: { A: 1, B: true, C: x=y, D: "" }', { environment: { A: '1', B: 'true', C: 'x=y', D: '' } }],
    ['environment: [A=1, "B=x=y", GIVEN, NOT_GIVEN]', { environment: { A: '1', B: 'x=y', GIVEN: 'g' } }],
    ['environment: { GIVEN: , NOT_GIVEN: }', { environment: { GIVEN: 'g' } }],
    ['environment: { ID: 123456789012345678901 }', { environment: { ID: '123456789012345678901' } }],
    ['env_file: .env', { envFiles: [{ path: '.env', required: true }] }],
    [
      'env_file: [a.env, { path: b.env, required: false }]',
      {
        envFiles: [
          { path: 'a.env', required: true },
          { path: 'b.env', required: false },
        ],
      },
    ],
    ['ports: ["80", 3000, "53/tcp"]', { hostPorts: [] }],
    ['ports: [{ target: 80, published: "8080", mode: host }]', { hostPorts: [{ container: 80, host: 8080 }] }],
    ['expose: [80, "3000"]', { hostPorts: [] }],
    ['tmpfs: /run', { tmpfs: [{ target: '/run' }] }],
    ['tmpfs: ["/run:size=64m", /tmp]', { tmpfs: [{ target: '/run', sizeBytes: 64 * 1024 ** 2 }, { target: '/tmp' }] }],
    [
      'volumes: [{ type: tmpfs, target: /dev/shm, tmpfs: { size: 1gb } }]',
      { tmpfs: [{ target: '/dev/shm', sizeBytes: 1024 ** 3 }] },
    ],
    ['healthcheck: { test: curl -f localhost }', { healthcheck: { test: ['CMD-SHELL', 'curl -f localhost'] } }],
    [
      'healthcheck: { test: [CMD, check], interval: 1m30s, timeout: 5s, retries: "3", start_period: 10 }',
      {
        healthcheck: { test: ['CMD', 'check'], interval: '1m30s', timeout: '5s', retries: 3, start_period: '10s' },
      },
    ],
    ['healthcheck: { disable: true }', { healthcheck: { test: ['NONE'] } }],
    ['deploy: { mode: replicated, replicas: 3 }', { replicas: 3 }],
    ['scale: 2', { replicas: 2 }],
    [
      'deploy: { resources: { limits: { cpus: "0.5", memory: 64M, pids: 9 }, reservations: { memory: 32M } } }',
      { resources: { limits: { cpus: '0.5', memory: '64M', pids: 9 }, reservations: { memory: '32M' } } },
    ],
    ['mem_limit: 1g\ncpus: 2', { resources: { limits: { memory: '1g', cpus: '2' }, reservations: {} } }],
    [
      'deploy: { placement: { constraints: [node.role==worker], max_replicas_per_node: 1 } }',
      { constraints: ['node.role==worker'], maxReplicasPerNode: 1 },
    ],
    [
      'deploy: { update_config: { parallelism: 1, delay: 2s, monitor: 3s, order: stop-first } }',
      { update: { parallelism: 1, delay: '2s', monitor: '3s', order: 'stop-first' } },
    ],
    ['restart: unless-stopped', { restart: { condition: 'any' } }],
    ['restart: on-failure:3', { restart: { condition: 'on-failure', maxAttempts: 3 } }],
    [
      'restart: always\ndeploy: { restart_policy: { condition: on-failure, delay: 5s, window: 60s } }',
      { restart: { condition: 'on-failure', delay: '5s', window: '60s' } },
    ],
    ['labels: [a=1, b]', { labels: { a: '1', b: '' } }],
    [
      'user: 1000\nworking_dir: /app\nhostname: w\ninit: true\nread_only: "true"\nstop_signal: SIGINT\ncap_drop: [ALL]',
      {
        container: {
          user: '1000',
          workingDir: '/app',
          hostname: 'w',
          init: true,
          readOnly: true,
          stopSignal: 'SIGINT',
          capDrop: ['ALL'],
        },
      },
    ],
    ['extra_hosts: ["db.example:10.0.0.1"]', { container: { extraHosts: ['10.0.0.1 db.example'] } }],
    ['stop_grace_period: 1m', { stopGracePeriod: '1m' }],
    ['networks: [default]', { networks: [{ network: 'default', aliases: [] }] }],
    ['x-anything: { at: all }', {}],
    ['restart: "no"', { endsByItself: true, restart: { condition: 'none' } }],
    ['restart: "no"\nports: [80]', { restart: { condition: 'any' } }],
    ['deploy: { restart_policy: { condition: none } }', { endsByItself: true, restart: { condition: 'none' } }],
    ['shm_size: 1gb', { tmpfs: [{ target: '/dev/shm', sizeBytes: 1024 ** 3 }] }],
    ['tmpfs: /run:mode=0700,noexec', { tmpfs: [{ target: '/run', mode: 0o700 }] }],
    [
      'ports: ["8080:80", "127.0.0.1:9000-9001:90-91/udp"]',
      {
        published: [
          { container: 80, host: 8080, line: 4 },
          { container: 90, host: 9000, protocol: 'udp', line: 4 },
          { container: 91, host: 9001, protocol: 'udp', line: 4 },
        ],
      },
    ],
    ['ports: ["3000-3001"]', { exposed: [3000, 3001], published: [] }],
    ['volumes: [/cache]', { volumes: [{ volume: 'web-cache', target: '/cache', readOnly: false }] }],
    [
      'volumes: ["./conf:/etc/app:ro"]',
      { checkoutMounts: [{ source: './conf', target: '/etc/app', readOnly: true, line: 4 }] },
    ],
    ['volumes: ["/srv/../etc/:/x"]', { hostPaths: [{ source: '/etc', target: '/x', readOnly: false }] }],
    ['volumes: ["/a:/x", "/a:/x"]', { hostPaths: [{ source: '/a', target: '/x', readOnly: false }] }],
    ['container_name: www', { aliases: ['www'] }],
    [
      'sysctls: [net.core.somaxconn=1024]\nulimits: { nofile: { soft: 1, hard: 2 }, memlock: -1 }\ncap_add: [NET_ADMIN]\ndns: 1.1.1.1',
      {
        container: {
          sysctls: { 'net.core.somaxconn': '1024' },
          ulimits: [
            { name: 'nofile', soft: 1, hard: 2 },
            { name: 'memlock', soft: -1, hard: -1 },
          ],
          capAdd: ['NET_ADMIN'],
          dns: { servers: ['1.1.1.1'], search: [], options: [] },
        },
      },
    ],
    [
      'extra_hosts: ["host.docker.internal:host-gateway", "six=[::1]"]',
      { container: { extraHosts: ['host-gateway host.docker.internal', '::1 six'] } },
    ],
    [
      'environment: { x-trace: on }\nlabels: { x-label: a }',
      { labels: { 'x-label': 'a' }, environment: { 'x-trace': 'on' } },
    ],
  ])('%s', (lines, expected) => {
    const text = `services:\n  web:\n    image: i\n${lines.replaceAll(/^/gm, '    ')}\n`;
    expect(parse(text, { variables: { GIVEN: 'g' } }).services[0]).toMatchObject(expected);
  });

  it('volumes, networks, secrets and configs that are declared', () => {
    const service = one(
      `volumes: ["data:/data", "data:/again/:ro", { source: more, target: /more, read_only: true }]
networks: { front: { aliases: [www] }, outside: }
secrets: [key, { source: key, target: other }]
configs: [{ source: conf, target: /etc/app.conf }, motd]`,
      `volumes: { data: , more: { driver: local } }
networks: { front: { driver: overlay }, outside: { external: true } }
secrets: { key: { environment: API_KEY } }
configs: { conf: { file: ./app.conf }, motd: { content: "hello" } }`,
    );
    expect(service).toMatchObject({
      volumes: [
        { volume: 'data', target: '/data', readOnly: false },
        { volume: 'data', target: '/again', readOnly: true },
        { volume: 'more', target: '/more', readOnly: true },
      ],
      networks: [
        { network: 'front', aliases: ['www'] },
        { network: 'outside', aliases: [] },
      ],
      files: [
        { target: 'key', from: { variable: 'API_KEY' } },
        { target: 'other', from: { variable: 'API_KEY' } },
        { target: '/etc/app.conf', from: { file: './app.conf' } },
        { target: '/motd', from: { content: 'hello' } },
      ],
    });
  });

  it('a build with its Dockerfile and secrets in the file', () => {
    expect(
      one(
        'build: { context: ., dockerfile_inline: "FROM a\\nRUN b", secrets: [key, { source: file, target: npmrc }] }',
        'secrets: { key: { environment: API_KEY }, file: { file: ./.npmrc } }',
      ),
    ).toMatchObject({
      build: { build_context: '.', build_args: {}, dockerfile_inline: 'FROM a\nRUN b' },
      buildSecrets: [
        { target: 'key', from: { variable: 'API_KEY' } },
        { target: 'npmrc', from: { file: './.npmrc' } },
      ],
      files: [],
    });
  });

  it('a build in short and in long', () => {
    expect(one('build: ./web').build).toEqual({ build_context: './web', build_args: {} });
    expect(one('build: { context: web, dockerfile: D, args: [A=1], target: prod }').build).toEqual({
      build_context: 'web',
      dockerfile: 'D',
      build_args: { A: '1' },
      target: 'prod',
    });
  });
});

describe('a file', () => {
  it('merges anchors, and fills in variables of the application', () => {
    const { services, warnings } = parse(
      `x-base: &base { image: "i:\${TAG:-1}", environment: &env { A: a, B: b } }
services:
  web: { <<: *base, environment: { <<: *env, B: "$NAME" } }
  other: { <<: *base, image: "$MISSING-x" }`,
      { variables: { NAME: 'n', TAG: '2' } },
    );
    expect(services[0]).toMatchObject({ image: 'i:2', environment: { A: 'a', B: 'n' } });
    expect(services[1]).toMatchObject({ image: '-x', environment: { A: 'a', B: 'b' } });
    expect(warnings).toEqual(['The variable MISSING is not set and becomes empty. Set it with `env set`.']);
  });

  it('knows nothing of the environment of the host', () => {
    expect(() => parse('services: { web: { image: "${PATH:?}" } }')).toThrow('the variable PATH is required');
  });

  it('gives the services in the order in which they need each other', () => {
    const { services } = parse(`services:
  web: { image: i, depends_on: { api: { condition: service_healthy } } }
  api: { image: i, depends_on: [db, cache] }
  cache: { image: i }
  db: { image: i }`);
    expect(services.map(({ name }) => name)).toEqual(['db', 'cache', 'api', 'web']);
    expect(services[3]?.dependsOn).toEqual([{ service: 'api', healthy: true }]);
  });

  it('has the services of its active profiles, and those without one', () => {
    const text = `services:
  web: { image: i, depends_on: { debug: { condition: service_started, required: false } } }
  debug: { image: i, profiles: [debug] }`;
    expect(parse(text).services.map(({ name }) => name)).toEqual(['web']);
    expect(parse(text).services[0]?.dependsOn).toEqual([]);
    expect(parse(text, { profiles: ['debug'] }).services.map(({ name }) => name)).toEqual(['debug', 'web']);
  });

  it('takes a link for a dependency, and its alias for a name', () => {
    const { services } = parse('services:\n  web: { image: i, links: ["db:store", db] }\n  db: { image: i }');
    expect(services.map(({ name, aliases, dependsOn }) => [name, aliases, dependsOn])).toEqual([
      ['db', ['store'], []],
      ['web', [], [{ service: 'db', healthy: false }]],
    ]);
  });

  it('keeps names that begin with `x-` where the author chooses them', () => {
    const { services } = parse(
      'services:\n  x-ray: { image: i, x-note: a }\n  web: { image: i, depends_on: [x-ray] }\nx-top: 1',
    );
    expect(services.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ['x-ray', []],
      ['web', [{ service: 'x-ray', healthy: false }]],
    ]);
  });

  it('says in one line per key what Swarm goes without', () => {
    const text = `services:
  web: { image: i, logging: { driver: none }, privileged: false, pull_policy: always, platform: linux/amd64 }
  api: { image: i, logging: { driver: none }, networks: { n: { ipv4_address: 10.0.0.2 } } }
networks: { n: { driver: bridge, name: own, internal: true } }`;
    expect(parse(text)).toMatchObject({
      internal: ['n'],
      warnings: [
        '`logging` of `services.web`, `services.api` is left out: `logs` needs the Engine’s own logging driver.',
        '`platform` of `services.web` is left out: Swarm chooses nodes that can run the image; see `deploy.placement`.',
        '`ipv4_address` of `services.api.networks.n` is left out: Swarm assigns the addresses.',
        '`name` of `networks.n` is left out: Shipmate manages it.',
      ],
    });
  });

  it('names what an admin has to allow, with its line', () => {
    const text = `services:
  web:
    image: i
    cap_add: [CAP_NET_ADMIN]
    sysctls: { net.core.somaxconn: 1 }
    volumes: ["/srv/media:/m", "shared:/s", "bound:/b"]
volumes:
  shared: { driver_opts: { type: nfs, o: "addr=10.0.0.1", device: ":/x" } }
  bound: { driver_opts: { type: none, o: bind, device: /srv/b } }`;
    const { needs, volumeOptions } = parse(text);
    expect(needs).toEqual([
      { service: 'web', grant: 'cap:NET_ADMIN', line: 4 },
      { service: 'web', grant: 'sysctl:net.core.somaxconn', line: 5 },
      { service: 'web', grant: 'path:/srv/media', line: 6 },
      { service: 'web', grant: 'path:/srv/b', line: 6 },
      { service: 'web', grant: 'volume:shared', line: 6 },
    ]);
    expect(volumeOptions).toEqual({ shared: { type: 'nfs', o: 'addr=10.0.0.1', device: ':/x' } });
  });

  it('tells tasks by who waits for their end', () => {
    const { services } = parse(`services:
  migrate: { image: i }
  web: { image: i, depends_on: { migrate: { condition: service_completed_successfully } } }`);
    expect(services.map(({ name, endsByItself, dependsOn }) => [name, endsByItself, dependsOn])).toEqual([
      ['migrate', true, []],
      ['web', undefined, [{ service: 'migrate', healthy: false, completed: true }]],
    ]);
  });

  it('may carry a version and a name', () => {
    expect(parse('version: "3.8"\nname: x\nservices: { web: { image: i } }').services).toHaveLength(1);
  });
});
