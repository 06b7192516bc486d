import { describe, expect, it } from '@jest/globals';
import { one, parse, parseFiles } from './parse-text.ts';

describe('what a service may say', () => {
  it.each([
    'additional_contexts: { shared: ./shared, base: "docker-image://node:24" }',
    'additional_contexts: [shared=./shared, "base=docker-image://node:24"]',
  ])('a build with %s', (contexts) => {
    expect(one(`build:\n  context: .\n  ${contexts}`).build).toEqual({
      build_context: '.',
      build_args: {},
      contexts: { shared: './shared', base: 'docker-image://node:24' },
    });
  });

  it('a build on the image of another service, which comes first', () => {
    const services =
      'services: { api: { build: { context: ., additional_contexts: [base=service:zero] } }, zero: { build: . } }';
    expect(parse(services).services.map(({ name }) => name)).toEqual(['zero', 'api']);
  });

  it.each(['{ shared: ./shared }', '[shared=./shared]'])('folders of an included file, as %s', (contexts) => {
    const files = {
      'compose.yaml': 'include: [parts/api.yaml]\nservices: { web: { image: i } }',
      'parts/api.yaml': `services: { api: { build: { context: ., additional_contexts: ${contexts} } } }`,
    };
    const api = parseFiles(files, ['compose.yaml']).services.find(({ name }) => name === 'api');
    expect(api?.build).toMatchObject({ build_context: './parts', contexts: { shared: './parts/shared' } });
  });

  it('contexts of two files, of which the later counts', () => {
    const files = {
      'compose.yaml': 'services: { api: { build: { context: ., additional_contexts: [a=./a, b=./b] } } }',
      'over.yaml': 'services: { api: { build: { additional_contexts: { b: ./c } } } }',
    };
    const [api] = parseFiles(files, ['compose.yaml', 'over.yaml']).services;
    expect(api?.build?.contexts).toEqual({ a: './a', b: './c' });
  });
});
