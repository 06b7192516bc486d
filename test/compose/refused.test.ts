import { describe, expect, it } from '@jest/globals';
import { refusedServiceKeys } from '../../src/compose/refused.ts';
import { refused } from './parse-text.ts';

describe('what is refused', () => {
  it('is told all at once, with lines and reasons', () => {
    expect(
      refused(`services:
  web:
    image: i
    privileged: true
    volumes: [~/x:/y]
    ports: ["x:80"]
    deploy:
      mode: everywhere
      update_config: { failure_action: pause }
    nonsense: 1
volumes:
  data: { external: true }`),
    ).toEqual([
      'line 4: services.web.privileged is not supported: it gives access to the host, which other applications share',
      'line 5: services.web.volumes[0]: `~/x` is in the home of whoever runs Compose. Write a path of the repository, or an absolute one',
      'line 6: services.web.ports[0]: `x:80` is not a port such as `80`, `8080:80` or `53:53/udp`',
      'line 8: services.web.deploy.mode: must be `replicated`, `global`, `replicated-job` or `global-job`',
      'line 10: services.web.nonsense is not supported',
      'line 12: volumes.data.external: is refused: a volume belongs to one application',
    ]);
  });

  it.each(Object.keys(refusedServiceKeys))('by name: %s', (key) => {
    const [line] = refused(`services:\n  web:\n    image: i\n    ${key}: x`);
    expect(line).toBe(`line 4: services.web.${key} is not supported: ${refusedServiceKeys[key]}`);
  });

  it.each([
    ['restart: sometimes', 'must be `no`, `always`, `unless-stopped` or `on-failure`'],
    ['ports: ["80/sctp"]', 'only tcp and udp are supported'],
    ['ports: ["3000-3500"]', 'a range has at most 200 ports'],
    ['ports: ["3005-3000"]', 'the range `3005-3000` ends before it begins'],
    ['ports: ["3000-3001:80"]', 'both ranges must have the same number of ports'],
    ['ports: ["127.0.0.1:80:http"]', 'is not a port such as `80`, `8080:80` or `53:53/udp`'],
    ['ports: [99999]', 'services.web.ports[0].target'],
    ['volumes: ["~/x:/y"]', '`~/x` is in the home of whoever runs Compose'],
    ['volumes: [{ type: bind, target: /y }]', 'a mount of type `bind` needs a `source`'],
    ['volumes: [{ type: npipe, source: x, target: /y }]', 'mounts of type `npipe` are not supported'],
    ['volumes: ["data:/proc/x"]', 'belongs to the system'],
    ['volumes: ["data:relative"]', 'is not an absolute path'],
    ['volumes: ["data:/x:exec"]', '`exec` is not supported'],
    ['volumes: ["nope:/x"]', 'uses `nope`, which the top-level `volumes` does not declare'],
    ['volumes: ["data:/x"]\ntmpfs: /x', 'mounts two things at `/x`'],
    ['networks: [nope]', 'uses `nope`, which the top-level `networks` does not declare'],
    ['networks: { default: { nonsense: 1 } }', 'networks.default.nonsense is not supported'],
    ['ipc: host', 'services.web.ipc is not supported'],
    ['network_mode: host', 'services.web.network_mode is not supported'],
    ['secrets: [nope]', 'uses `nope`'],
    ['depends_on: [nope]', 'depends on `nope`, which does not exist'],
    ['depends_on: { other: { condition: service_gone } }', 'must be `service_started`, `service_healthy` or'],
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
    [
      'build: { context: ., additional_contexts: [a=ssh://host/x] }',
      'must be a folder, `docker-image://…`, `https://…` or `service:…`',
    ],
    ['build: { context: ., additional_contexts: [a=git@github.com:acme/x.git] }', 'must be a folder, '],
    ['build: { context: ., additional_contexts: ["a b=x"] }', 'is not a name for a context'],
    ['build: { context: ., additional_contexts: [a=service:nope] }', 'builds on `nope`, which does not exist'],
    [
      'build: { context: ., additional_contexts: [a=service:web] }',
      'services depend on each other in a cycle: web → web',
    ],
    ['build: { secrets: [nope] }', 'uses `nope`, which the top-level `secrets` does not declare'],
    ['build: { dockerfile: D, dockerfile_inline: FROM a }', 'needs one of `dockerfile` and `dockerfile_inline`'],
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
    ['services: { web: { image: !mine i } }', 'Unresolved tag'],
    ['services: { web: { image: !reset i } }', 'services.web has neither `image` nor `build`'],
    [
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]',
      'alias',
    ],
    [`x-a: ${'a'.repeat(1024 ** 2)}`, 'larger than 1 MiB'],
  ])('%.60s', (text, message) => {
    expect(refused(text).join('\n')).toContain(message);
  });
});
