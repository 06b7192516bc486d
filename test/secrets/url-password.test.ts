import { describe, expect, it } from '@jest/globals';
import { createRedactor } from '../../src/secrets/redact.ts';
import { urlPassword } from '../../src/secrets/url-password.ts';

describe('the password of an address', () => {
  it.each([
    ['postgresql://ada:secret-word@db:5432/orders', 'secret-word'],
    ['redis://:p%40ss%2Fword@cache', 'p@ss/word'],
    ['mysql://a:%zz%zz@host', '%zz%zz'],
    ['https://example.com/a:b@c', undefined],
    ['no address', undefined],
  ])('%s', (value, password) => {
    expect(urlPassword(value)).toBe(password);
  });

  it('is hidden also where it stands alone', () => {
    const redact = createRedactor(['postgresql://ada:p%40ss-word@db/orders']);
    expect(redact('host db, user ada, password p@ss-word.')).not.toContain('ss-word');
    expect(redact('host db, user ada')).toBe('host db, user ada');
  });

  it('is found in linear time', () => {
    expect(urlPassword(`a${'+'.repeat(5_000_000)}:`)).toBeUndefined();
  });
});
