import { expect, it } from '@jest/globals';
import { ForbiddenError, UsageError } from '../../../src/errors.ts';
import { requireNameableImage } from '../../../src/usecases/applications/image-settings.ts';

const config = { registry: 'registry.example.com/team' };

it.each([
  'nginx',
  'nginx:1.27',
  'library/nginx@sha256:'.concat('0'.repeat(64)),
  'ghcr.io/acme/api:v2',
  'GHCR.example.com:5000/acme/my__api.v2/x--y:V2',
  'localhost/api',
  'registry.example.com/team/api:1',
  'a'.repeat(200),
])('%s may be named', (image) => {
  expect(requireNameableImage(config, 'image', image)).toBe(image);
});

it.each([
  '',
  'a b',
  'Nginx',
  'acme/API',
  'nginx:1:2',
  'nginx:',
  'a//b',
  'a/',
  '-a',
  'a_-b',
  'nginx@sha256:12',
  `nginx:${'1'.repeat(129)}`,
  'https://ghcr.io/a',
  'a'.repeat(451),
  'a\nb',
])('%j is no image reference', (image) => {
  expect(() => requireNameableImage(config, 'image', image)).toThrow(UsageError);
  expect(() => requireNameableImage(config, 'image', image)).toThrow('is not an image reference');
});

it.each(['shipmate/shop-api:1', 'docker.io/shipmate/shop-api:1', 'registry.example.com/team/shop-api-1f3a9c02:1'])(
  '%s is an application’s own',
  (image) => expect(() => requireNameableImage(config, 'image', image)).toThrow(ForbiddenError),
);
