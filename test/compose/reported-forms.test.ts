import { describe, expect, it } from '@jest/globals';
import { readEnvFiles } from '../../src/compose/env-file.ts';
import { one, parse, parseFiles } from './parse-text.ts';

describe('forms of compose files that users of other tools have reported as broken', () => {
  it('a document that begins with a comment and `---`, with anchors in extensions', () => {
    const text = `# Licensed\n---
x-common:
  &common
  image: \${IMAGE:-apache/airflow:2.9.2}
  environment:
    &common-env
    EXECUTOR: CeleryExecutor
    PIP: \${PIP:- }
  volumes:
    - \${PROJ_DIR:-.}/dags:/opt/airflow/dags
  depends_on: &depends
    redis: { condition: service_healthy }
services:
  redis: { image: redis }
  worker:
    <<: *common
    environment:
      <<: *common-env
      DUMB_INIT_SETSID: "0"
    depends_on: { <<: *depends }
`;
    const worker = parse(text).services.find(({ name }) => name === 'worker');
    expect(worker?.image).toBe('apache/airflow:2.9.2');
    expect(worker?.environment).toEqual({ EXECUTOR: 'CeleryExecutor', PIP: ' ', DUMB_INIT_SETSID: '0' });
    expect(worker?.checkoutMounts).toMatchObject([{ source: './dags', target: '/opt/airflow/dags' }]);
    expect(worker?.dependsOn).toEqual([{ service: 'redis', healthy: true }]);
  });

  it('a list behind an anchor, and mounts with an SELinux label', () => {
    const text = `x-volumes:
  &volumes
  - ./config:/var/www/config:z
  - logs:/var/log:Z
services:
  web: { image: i, volumes: *volumes }
volumes: { logs: }`;
    const [web] = parse(text).services;
    expect(web?.checkoutMounts).toMatchObject([{ source: './config', target: '/var/www/config', readOnly: false }]);
    expect(web?.volumes).toEqual([{ volume: 'logs', target: '/var/log', readOnly: false }]);
  });

  it('an anchor on a name, and merges of several maps', () => {
    const text = `x-a: &a { restart: always }
x-b: &b { mem_limit: 512m, restart: "no" }
services:
  &name homarr:
    <<: [*a, *b]
    container_name: *name
    image: homarr`;
    const [homarr] = parse(text).services;
    expect(homarr).toMatchObject({
      name: 'homarr',
      resources: { limits: { memory: '512m' } },
      restart: { condition: 'any' },
    });
  });

  it('defaults inside a path, and an address before a port', () => {
    const { checkoutMounts, published } = one(
      'volumes: ["${APP_DATA_DIR:-./data}/ssh:/app/.ssh:z"]\nports: ["${APP_BIND:-127.0.0.1}:${APP_PORT:-7000}:7000"]',
    );
    expect(checkoutMounts).toMatchObject([{ source: './data/ssh', target: '/app/.ssh' }]);
    expect(published).toMatchObject([{ container: 7000, host: 7000 }]);
  });

  it('a default that is a variable, and dollar signs that are none', () => {
    const text =
      'services: { web: { image: i, environment: ["A=${NAME:-${TEMP}}", "B=$$TEMP", "C=${NAME:-$$TEMP}"] } }';
    const [web] = parse(text, { variables: { TEMP: 'https://example.com' } }).services;
    expect(web?.environment).toEqual({ A: 'https://example.com', B: '$TEMP', C: '$TEMP' });
  });

  it('ports of an extended service are published once', () => {
    const files = {
      'dev/compose.yaml':
        'services: { web: { extends: { file: ../compose.yaml, service: web }, ports: ["8080:8080"] } }',
      'compose.yaml': 'services: { web: { build: { context: ., target: service }, ports: ["8080:8080"] } }',
    };
    const [web] = parseFiles(files, ['dev/compose.yaml']).services;
    expect(web?.published.map(({ container, host }) => [container, host])).toEqual([[8080, 8080]]);
  });

  it('a later file empties a variable, and repeats another', () => {
    const files = {
      'base.yaml': 'services: { web: { image: i, environment: [NAME=BASE, VALUE=BASE, "TEST=2"] } }',
      'dev.yaml': 'services: { web: { environment: [NAME=DEV, VALUE=, "TEST=${TEST}"] } }',
    };
    const [web] = parseFiles(files, ['base.yaml', 'dev.yaml'], { variables: { TEST: '2' } }).services;
    expect(web?.environment).toEqual({ NAME: 'DEV', VALUE: '', TEST: '2' });
  });

  it('hashes, quotes and comments in an env file', () => {
    const text = `A=123#4
B=8080 # inline
C="val #space" # comment
D='asdf#"#sdf"jklo' # comment
E="asdf#\\"#sdf\\"" # comment
F=   # note
G='SOME
VALUE'
`;
    expect(readEnvFiles({ files: [{ file: '.env', text }], variables: {}, environment: {} }).values).toEqual({
      A: '123#4',
      B: '8080',
      C: 'val #space',
      D: 'asdf#"#sdf"jklo',
      E: 'asdf#"#sdf"',
      // As Compose reads it: spaces go before comments are looked for.
      F: '# note',
      G: 'SOME\nVALUE',
    });
  });
});
