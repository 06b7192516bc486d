import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createCipher, keyId } from '../../src/secrets/aes-gcm.ts';

const identity = 'env_vars:6b1f:value';
const key = randomBytes(32);
const cipher = createCipher([key]);

describe('createCipher', () => {
  it.each(['', 'a', 'pässword 🔑', 'x'.repeat(100_000)])('gives back what it encrypted (%#)', (plain) => {
    expect(cipher.decrypt(cipher.encrypt(plain, identity), identity)).toBe(plain);
  });

  it('never makes the same ciphertext twice, nor one that shows the text', () => {
    const texts = new Set(Array.from({ length: 50 }, () => cipher.encrypt('hunter2', identity)));
    expect(texts.size).toBe(50);
    for (const text of texts) expect(text).not.toContain('hunter2');
  });

  it('does not decrypt a ciphertext that was moved to another row', () => {
    const text = cipher.encrypt('hunter2', identity);
    expect(() => cipher.decrypt(text, 'env_vars:77aa:value')).toThrow('was changed or belongs to another row');
  });

  it.each([
    ['iv', 2],
    ['tag and data', 3],
  ])('does not decrypt after a change of the %s', (_part, index) => {
    const parts = cipher.encrypt('hunter2', identity).split('.');
    const bytes = Buffer.from(parts[index] ?? '', 'base64url');
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    parts[index] = bytes.toString('base64url');
    expect(() => cipher.decrypt(parts.join('.'), identity)).toThrow('was changed');
  });

  it('does not take a tag that was cut short', () => {
    const [version, id, iv, sealed = ''] = cipher.encrypt('', identity).split('.');
    const short = Buffer.from(sealed, 'base64url').subarray(0, 4).toString('base64url');
    expect(() => cipher.decrypt([version, id, iv, short].join('.'), identity)).toThrow('was changed');
  });

  it('encrypts with the first key and decrypts with every key', () => {
    const old = cipher.encrypt('hunter2', identity);
    const next = randomBytes(32);
    const rotated = createCipher([next, key]);
    expect(rotated.decrypt(old, identity)).toBe('hunter2');
    expect(rotated.encrypt('hunter2', identity).split('.')[1]).toBe(keyId(next));
  });

  it('names the key that is missing, and no secret', () => {
    const text = cipher.encrypt('hunter2', identity);
    const other = createCipher([randomBytes(32)]);
    expect(() => other.decrypt(text, identity)).toThrow(`encrypted with the key ${keyId(key)}, which is not available`);
  });

  it('refuses plain text', () => {
    expect(() => cipher.decrypt('hunter2', identity)).toThrow('is not a ciphertext of this version');
  });
});
