import { describe, expect, it } from '@jest/globals';
import { hashPassword, verifyPassword } from '../../src/secrets/password.ts';

const password = 'correct horse battery';

describe('a password', () => {
  it('matches its own hash only, which is never the same twice', async () => {
    const [one, other] = await Promise.all([hashPassword(password), hashPassword(password)]);
    expect(one).not.toBe(other);
    expect(await verifyPassword(password, one)).toBe(true);
    expect(await verifyPassword(`${password}!`, one)).toBe(false);
  });

  it('is not matched by one whose first 72 bytes are the same', async () => {
    const longest = 'a'.repeat(72);
    const hashed = await hashPassword(longest);
    expect(await verifyPassword(longest, hashed)).toBe(true);
    expect(await verifyPassword(`${longest}b`, hashed)).toBe(false);
  });

  it('belongs to nobody where there is no hash', async () => {
    expect(await verifyPassword(password, undefined)).toBe(false);
    expect(await verifyPassword('', null)).toBe(false);
  });

  it('is hashed beside the event loop', async () => {
    let turns = 0;
    let hashing = true;
    const hashed = hashPassword(password).finally(() => (hashing = false));
    while (hashing) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await hashed;
    expect(turns).toBeGreaterThan(100);
  });
});
