import { describe, expect, it } from '@jest/globals';
import { ComposeError } from '../../src/compose/parse.ts';
import { parseFiles } from './parse-text.ts';

function refused(files: Record<string, string>, composeFiles: [string, ...string[]] = ['compose.yaml']): string {
  try {
    parseFiles(files, composeFiles);
  } catch (error) {
    if (error instanceof ComposeError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

const web = 'services: { web: { image: i } }';

describe('a file that is made of several', () => {
  it('is refused with the name and the line of what is wrong, wherever it comes from', () => {
    expect(
      refused(
        {
          'compose.yaml': `include: [parts/db.yaml]
services:
  web:
    extends: { file: base.yaml, service: base }
    devices: [x]
    ports:
      - "80:80"
      - "http"`,
          'over.yaml': 'services:\n  web:\n    ports:\n      - "81:80"\n      - "x:80"\n    pid: host',
          'base.yaml':
            'services:\n  base:\n    image: i\n    ports: ["82:80"]\n    privileged: true\n    environment: [A B=1]',
          'parts/db.yaml': 'services:\n  db:\n    image: d\n    ipc: host',
        },
        ['compose.yaml', 'over.yaml'],
      ).split('\n'),
    ).toEqual([
      '`compose.yaml` cannot be deployed.',
      'line 5: services.web.devices is not supported: it gives access to the host, which other applications share',
      'line 8: services.web.ports[2]: `http` is not a port such as `80`, `8080:80` or `53:53/udp`',
      '`base.yaml`, line 5: services.web.privileged is not supported: it gives access to the host, which other applications share',
      '`base.yaml`, line 6: services.web.environment.A B: is not a variable name',
      '`over.yaml`, line 5: services.web.ports[4]: `x:80` is not a port such as `80`, `8080:80` or `53:53/udp`',
      '`over.yaml`, line 6: services.web.pid is not supported: it gives access to the host, which other applications share',
      '`parts/db.yaml`, line 4: services.db.ipc is not supported: it gives access to the host, which other applications share',
    ]);
  });

  it.each([
    ['include: a.yaml', 'line 1: include is not a list'],
    ['include: [[]]', 'line 1: include names no file'],
    ['include: [{ path: a.yaml, watch: x }]', 'line 1: include.watch is not supported'],
    [
      'include: [oci://docker.io/a/b]',
      'line 1: include: `oci://docker.io/a/b` is not in the repository. Copy it there',
    ],
    ['include: [compose.yaml]', 'line 1: include: `compose.yaml` includes itself'],
    ['include: [again.yaml]', '`again.yaml`, line 1: include: `compose.yaml` includes itself'],
    ['include: [web.yaml]', 'line 1: include brings another `web` of `services`. Rename one of them'],
    ['include: [{ path: a.yaml, env_file: bad.env }]', '`bad.env`, line 1: `A B` is not the name of a variable'],
  ])('%s is refused', (line, message) => {
    const files = {
      'compose.yaml': `${line}\n${web}`,
      'again.yaml': 'include: [compose.yaml]',
      'web.yaml': 'services: { web: { image: other } }',
      'a.yaml': 'services: { a: { image: a } }',
      'bad.env': 'A B=1',
    };
    expect(refused(files)).toContain(message);
  });

  it.each([
    ['a: { extends: b }, b: { extends: a }', 'services.a extends itself'],
    ['a: { image: i, extends: c }', 'services.a extends `c`, which `compose.yaml` does not have'],
    ['a: { image: i, extends: [c] }', 'services.a.extends is not `service` or `file` and `service`'],
    ['a: { extends: { service: b, file: b.yaml } }', 'services.a extends `b`, which `b.yaml` does not have'],
    [
      'a: { extends: b, healthcheck: [x] }, b: { image: i, healthcheck: { test: x } }',
      'services.a.healthcheck is a map or',
    ],
  ])('{ %s } is refused', (services, message) => {
    expect(refused({ 'compose.yaml': `services: { ${services} }`, 'b.yaml': web })).toContain(`line 1: ${message}`);
  });

  it('has a bound of files, however they include each other', () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`f${at}.yaml`, `include: [f${at + 1}.yaml, f${at + 1}.yaml]`]),
    );
    expect(refused({ ...files, 'f30.yaml': web, 'compose.yaml': 'include: [f0.yaml]' })).toContain(
      'it is made of more than 50 files, counting those that are read twice. Merge some',
    );
  });

  it('has a bound of how often a service is extended', () => {
    const services = Array.from({ length: 90 }, (_, at) => `  s${at}: { extends: s${at + 1} }\n`).join('');
    expect(refused({ 'compose.yaml': `services:\n${services}  s90: { image: i }` })).toContain(
      'services.s20 is extended more than 20 times over',
    );
  });
});
