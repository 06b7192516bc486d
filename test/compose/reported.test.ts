import { describe, expect, it } from '@jest/globals';
import { readEnvFiles } from '../../src/compose/env-file.ts';
import { one, parse, parseFiles } from './parse-text.ts';

describe('what users of other tools have reported as broken', () => {
  it('services of included files are deployed, and others may wait for them', () => {
    const { services } = parseFiles(
      {
        'docker-compose.yml': `
name: fullstack
include: [./backend/docker-compose.yml, ./frontend/docker-compose.yml]
services:
  nginx: { image: nginx, container_name: nginx, depends_on: [api, website], networks: [shared] }
networks: { shared: { driver: bridge } }`,
        'backend/docker-compose.yml':
          'services: { api: { build: ., networks: [shared] } }\nnetworks: { shared: { driver: bridge } }',
        'frontend/docker-compose.yml': 'services: { website: { build: { context: ./site }, env_file: [.env] } }',
      },
      ['docker-compose.yml'],
    );
    expect(services.map(({ build, name }) => [name, build?.build_context])).toEqual([
      ['api', './backend'],
      ['website', './frontend/site'],
      ['nginx', undefined],
    ]);
    expect(services[1]?.envFiles).toEqual([{ path: './frontend/.env', required: true }]);
  });

  it('a secret of an included file comes from a variable that is set', () => {
    const { services } = parseFiles(
      {
        'compose.yaml': 'include: [{ path: [app/compose.yaml] }]\nservices: {}',
        'app/compose.yaml': 'services: { a: { image: a, secrets: [s] } }\nsecrets: { s: { environment: TOKEN } }',
      },
      ['compose.yaml'],
      { variables: { TOKEN: 't' } },
    );
    expect(services[0]?.files).toEqual([{ target: 's', from: { variable: 'TOKEN' } }]);
  });

  it('dependencies are a map with conditions', () => {
    const { services } = parse(`services:
  web: { image: w, depends_on: { init: { condition: service_completed_successfully } } }
  init: { image: i }`);
    expect(services.map(({ endsByItself, name }) => [name, endsByItself])).toEqual([
      ['init', true],
      ['web', undefined],
    ]);
    expect(services[1]?.dependsOn).toEqual([{ service: 'init', healthy: false, completed: true }]);
  });

  it('ports in the long form are text, or come from variables', () => {
    const { hostPorts, published } = one(
      'ports: [{ published: "8080", target: "80" }, { target: "${PORT:-443}", published: "${PORT:-443}", mode: host }]',
    );
    expect(published).toEqual([{ container: 80, host: 8080, line: 4 }]);
    expect(hostPorts).toEqual([{ container: 443, host: 443 }]);
  });

  it('a build context is relative to the folder of its file, wherever the application’s file is', () => {
    const { services } = parseFiles(
      {
        'deploy/compose.yaml': 'services: { web: { build: ../.. , extends: { file: ../base/b.yaml, service: b } } }',
        'base/b.yaml': 'services: { b: { build: { context: ./image, target: t }, volumes: ["./x:/x"] } }',
      },
      ['deploy/compose.yaml'],
    );
    expect(services[0]?.build).toEqual({ build_context: '../..', build_args: {}, target: 't' });
    expect(services[0]?.checkoutMounts.map(({ source }) => source)).toEqual(['./../base/x']);
  });

  it('a dollar sign in single quotes, or in a value that is raw, is no variable', () => {
    const text = "A='abc$def'\nB=pass__$85858\nC=abc$def\n";
    const read = (format?: 'raw') =>
      readEnvFiles({ files: [{ file: '.env', text, ...(format && { format }) }], variables: {}, environment: {} });
    expect(read()).toEqual({ values: { A: 'abc$def', B: 'pass__$85858', C: 'abc' }, missing: ['def'] });
    expect(read('raw').values).toEqual({ A: "'abc$def'", B: 'pass__$85858', C: 'abc$def' });
  });
});
