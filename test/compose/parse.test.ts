import { describe, expect, it } from '@jest/globals';
import { type ComposeService, ComposeError, parseCompose } from '../../src/compose/parse.ts';
import { refusedServiceKeys } from '../../src/compose/refused.ts';

function parse(text: string, options: { variables?: Record<string, string>; profiles?: string[] } = {}) {
  return parseCompose({ file: 'compose.yaml', text, variables: {}, profiles: [], ...options });
}

/** A file with one service of these lines, and what it declares beside. */
function one(lines: string, more = ''): ComposeService {
  const indented = lines.replaceAll(/^/gm, '    ');
  const [service] = parse(`services:\n  web:\n    image: i\n${indented}\n${more}`).services;
  if (!service) throw new Error('no service');
  return service;
}

/** Why a file is refused, line by line, without its head. */
function refused(text: string, options = {}): string[] {
  try {
    parse(text, options);
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    const [head, ...lines] = error.message.split('\n');
    expect(head).toBe('`compose.yaml` cannot be deployed.');
    return lines;
  }
  throw new Error('it was accepted');
}

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

  it('may carry a version and a name', () => {
    expect(parse('version: "3.8"\nname: x\nservices: { web: { image: i } }').services).toHaveLength(1);
  });
});

describe('what is refused', () => {
  it('is told all at once, with lines and reasons', () => {
    expect(
      refused(`services:
  web:
    image: i
    privileged: true
    volumes: [/var/run/docker.sock:/s, ./src:/app, /data]
    ports: ["8080:80"]
    deploy:
      mode: global
      update_config: { failure_action: pause }
    nonsense: 1
volumes:
  data: { external: true }`),
    ).toEqual([
      'line 4: services.web.privileged is not supported: it gives access to the host, which other applications share',
      'line 5: services.web.volumes[0]: the Docker socket is not mounted: it gives control over every application on the host',
      expect.stringMatching(
        /^line 5: services.web.volumes\[1\]: `.\/src` is a folder on the host, which is not mounted/,
      ),
      expect.stringMatching(/^line 5: services.web.volumes\[2\]: a volume without a name would lose its data/),
      expect.stringMatching(/^line 6: services.web.ports\[0\]: `8080:80` would publish a host port. Visitors come/),
      'line 8: services.web.deploy.mode: only `replicated` is supported',
      expect.stringMatching(
        /^line 9: services.web.deploy.update_config.failure_action is not supported: if a service fails/,
      ),
      'line 10: services.web.nonsense is not supported',
      expect.stringMatching(/^line 12: volumes.data.external is not supported: it must be part/),
    ]);
  });

  it('is a name on a network that other applications are on', () => {
    const services = 'services: { web: { image: i, networks: { shared: { aliases: [db] } } } }';
    expect(refused(`${services}\nnetworks: { shared: { external: true } }`)).toHaveLength(1);
  });

  it.each(Object.keys(refusedServiceKeys))('by name: %s', (key) => {
    const [line] = refused(`services:\n  web:\n    image: i\n    ${key}: x`);
    expect(line).toBe(`line 4: services.web.${key} is not supported: ${refusedServiceKeys[key]}`);
  });

  it.each([
    ['restart: "no"', 'must be `always`, `unless-stopped` or `on-failure`'],
    ['ports: ["80/udp"]', 'only tcp is supported'],
    ['ports: ["3000-3005"]', 'list the ports of a range one by one'],
    ['ports: ["127.0.0.1:80:80"]', 'would publish a host port'],
    ['ports: [{ target: 80, published: 80 }]', 'add `mode: host`'],
    ['ports: [99999]', 'services.web.ports[0].target'],
    ['volumes: ["~/x:/y"]', 'is a folder on the host'],
    ['volumes: ["/:/host"]', '`/` is a folder on the host, which is not mounted'],
    ['volumes: ["../..:/host"]', '`../..` is a folder on the host, which is not mounted'],
    ['volumes: ["/var/run/docker.sock:/var/run/docker.sock"]', '`/var/run/docker.sock` is a folder on the host'],
    ['volumes: [{ type: bind, source: /, target: /y }]', 'is a folder on the host'],
    ['volumes: [{ type: npipe, source: x, target: /y }]', 'mounts of type `npipe` are not supported'],
    ['volumes: ["data:/proc/x"]', 'belongs to the system'],
    ['volumes: ["data:relative"]', 'is not an absolute path'],
    ['volumes: ["data:/x:exec"]', '`exec` is not supported'],
    ['volumes: ["nope:/x"]', 'uses `nope`, which the top-level `volumes` does not declare'],
    ['volumes: ["data:/x"]\ntmpfs: /x', 'mounts two things at `/x`'],
    ['networks: [nope]', 'uses `nope`, which the top-level `networks` does not declare'],
    ['networks: { default: { ipv4_address: 10.0.0.1 } }', 'networks.default.ipv4_address is not supported'],
    ['secrets: [nope]', 'uses `nope`'],
    ['depends_on: [nope]', 'depends on `nope`, which does not exist'],
    ['depends_on: { other: { condition: service_completed_successfully } }', 'must be `service_started` or'],
    ['depends_on: [other]', 'is in an inactive profile'],
    ['depends_on: [web]', 'depend on each other in a cycle: web → web'],
    ['command: "unclosed', 'Missing closing "quote'],
    [`command: 'a "b'`, 'the quote " is not closed'],
    ['environment: { "A B": 1 }', 'is not a variable name'],
    ['environment: [[a]]', 'expected record, received array'],
    ['labels: { shipmate.managed: x }', 'labels that start with `shipmate.` are reserved for Shipmate'],
    ['deploy: { replicas: -1 }', 'services.web.deploy.replicas'],
    ['deploy: { resources: { limits: { memory: lots } } }', 'is not a size such as `512M`'],
    ['healthcheck: { interval: soon }', 'is not a duration'],
    ['build: { context: ., ssh: default }', 'build.ssh is not supported: a build gets no keys'],
    ['image: [a]', 'Map keys must be unique'],
    ['user: [a]', 'services.web.user'],
    ['hostname: ${', 'lacks its closing brace'],
  ])('%s', (lines, message) => {
    const text = `services:
  web:
    image: i
${lines.replaceAll(/^/gm, '    ')}
  other: { image: i, profiles: [p] }
volumes: { data: }`;
    expect(refused(text).join('\n')).toContain(message);
  });

  it.each([
    ['', 'it is not a map with `services`'],
    ['- a', 'it is not a map with `services`'],
    ['services: {}', 'no service is active'],
    ['services: { web: {} }', 'services.web has neither `image` nor `build`'],
    ['services: { "a/b": { image: i } }', 'is not a name'],
    ['services: { web: { image: i } }\ninclude: [x]', 'include is not supported: put it into one file'],
    ['services: { web: { image: !reset i } }', 'Unresolved tag'],
    [
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]',
      'alias',
    ],
    [`x-a: ${'a'.repeat(1024 ** 2)}`, 'larger than 1 MiB'],
  ])('%.60s', (text, message) => {
    expect(refused(text).join('\n')).toContain(message);
  });
});
