import { expect, it } from '@jest/globals';
import { urlParts } from '../../../src/usecases/applications/url-parts.ts';

it('takes connection strings apart, and nothing else', () => {
  const parts = urlParts({
    DATABASE_URL: 'postgresql://ada:p%40ss@shop-db-1:5432/orders',
    CACHE_URL: 'redis://:word@cache',
    SITE_URL: 'https://user:password@example.com/path',
    TEXT: 'postgresql is fine',
    BROKEN: 'mysql://a:%zz@host/db',
  });
  expect(parts).toEqual({
    DATABASE_URL_HOST: 'shop-db-1',
    DATABASE_URL_PORT: '5432',
    DATABASE_URL_USER: 'ada',
    DATABASE_URL_PASSWORD: 'p@ss',
    DATABASE_URL_NAME: 'orders',
    CACHE_URL_HOST: 'cache',
    CACHE_URL_PASSWORD: 'word',
    BROKEN_HOST: 'host',
    BROKEN_USER: 'a',
    BROKEN_PASSWORD: '%zz',
    BROKEN_NAME: 'db',
  });
});
