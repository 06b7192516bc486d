import { describe, expect, it } from '@jest/globals';
import { fillVariables } from '../../../src/usecases/shared-variables/fill-variables.ts';
import {
  referencesIn,
  sharedFiller,
  type SharedValue,
  type SharedValues,
} from '../../../src/usecases/shared-variables/shared-references.ts';

function shared(values: Record<string, string | Partial<SharedValue>>): SharedValues {
  return new Map(
    Object.entries(values).map(([name, value]) => [
      name,
      { value: '', isSecret: false, environment: '', ...(typeof value === 'string' ? { value } : value) },
    ]),
  );
}

const values = shared({
  HOST: '10.0.0.5',
  PORT: '5432',
  ADDRESS: '${shared.HOST}:${shared.PORT}',
  PASSWORD: { value: 'hunter2', isSecret: true },
  URL: 'pg://u:${shared.PASSWORD}@${shared.ADDRESS}',
});

describe('references to shared variables', () => {
  it.each([
    ['nothing shared', 'nothing shared', false],
    ['', '', false],
    ['http://${shared.HOST}/', 'http://10.0.0.5/', false],
    ['${shared.HOST}${shared.HOST}', '10.0.0.510.0.0.5', false],
    ['${shared.ADDRESS}', '10.0.0.5:5432', false],
    ['$${shared.HOST}', '${shared.HOST}', false],
    ['${HOST} $HOST ${shared} ${shared.HOST', '${HOST} $HOST ${shared} ${shared.HOST', false],
    ['${shared.PASSWORD}', 'hunter2', true],
    ['${shared.URL}', 'pg://u:hunter2@10.0.0.5:5432', true],
  ])('%s is %s', (text, value, isSecret) => {
    expect(sharedFiller(values)(text)).toEqual({ value, isSecret });
  });

  it.each([
    ['${shared.HSOT}', values, '`${shared.HSOT}` is not set'],
    ['${shared.host}', values, '`${shared.host}` is not set'],
    ['${shared.}', values, '`${shared.}` is not set'],
    [
      '${shared.A}',
      shared({ A: '${shared.B}', B: 'b${shared.C}', C: '${shared.B}' }),
      '`${shared.B}` → `${shared.C}` → `${shared.B}` refer to each other in a cycle',
    ],
    ['${shared.A}', shared({ A: '${shared.A}' }), '`${shared.A}` → `${shared.A}` refer to each other in a cycle'],
    [
      '${shared.V0}',
      shared(Object.fromEntries(Array.from({ length: 22 }, (_, at) => [`V${at}`, `\${shared.V${at + 1}}`]))),
      'shared variables refer to each other more than 20 levels deep',
    ],
  ])('%s cannot be filled in', (text, known, message) => {
    expect(() => sharedFiller(known)(text)).toThrow(message);
  });

  it('do not make a value that no container could have, and stop before it is made', () => {
    const doubled = Array.from({ length: 15 }, (_, at) => [`V${at}`, `\${shared.V${at + 1}}`.repeat(1_000)] as const);
    const known = shared({ ...Object.fromEntries(doubled), V15: 'x'.repeat(1_000) });
    expect(() => sharedFiller(known)('${shared.V0}')).toThrow('longer than 100000 characters');
  });

  it('are named once each, in their order', () => {
    expect(referencesIn('${shared.B}${shared.A}$${shared.C}${shared.B}${shared.}')).toEqual(['B', 'A']);
  });
});

describe('variables of an application', () => {
  const variables = {
    plain: { HOST: '${shared.HOST}', URL: '${shared.URL}', LEVEL: 'debug' },
    secret: { TOKEN: 't-${shared.PORT}' },
    buildSecrets: { NPM: '${shared.PASSWORD}' },
  };

  it('are filled in, and a plain one with a shared secret in it is a secret', () => {
    expect(fillVariables(variables, values, false)).toEqual({
      plain: { HOST: '10.0.0.5', LEVEL: 'debug' },
      secret: { URL: 'pg://u:hunter2@10.0.0.5:5432', TOKEN: 't-5432' },
      buildSecrets: { NPM: 'hunter2' },
      shared: {
        'shared.HOST': '10.0.0.5',
        'shared.PORT': '5432',
        'shared.ADDRESS': '10.0.0.5:5432',
        'shared.PASSWORD': 'hunter2',
        'shared.URL': 'pg://u:hunter2@10.0.0.5:5432',
      },
      sharedSecrets: ['hunter2', 'pg://u:hunter2@10.0.0.5:5432'],
      unresolved: [],
    });
  });

  it('of strangers have nothing of a shared secret in them, and their files name what is for previews alone', () => {
    const { buildSecrets: _none, ...rest } = variables;
    const known = new Map([
      ...values,
      ...shared({
        FOR_PREVIEWS: { value: 'at ${shared.HOST}', environment: 'preview' },
        TOKEN: { value: '${shared.PASSWORD}', environment: 'preview' },
      }),
    ]);
    const filled = fillVariables({ ...rest, secret: {}, buildSecrets: {} }, known, true);
    const { plain, secret, shared: named } = filled;
    expect({ plain, secret, named }).toEqual({
      plain: { HOST: '10.0.0.5', LEVEL: 'debug' },
      secret: {},
      named: { 'shared.FOR_PREVIEWS': 'at 10.0.0.5' },
    });
  });

  it('that cannot be filled in are told with the closest name', () => {
    const { unresolved } = fillVariables(
      { plain: { A: '${shared.HSOT}' }, secret: {}, buildSecrets: {} },
      values,
      false,
    );
    expect(unresolved).toEqual([
      { key: 'A', why: '`${shared.HSOT}` is not set. Did you mean `HOST`?', missing: 'HSOT' },
    ]);
  });
});
