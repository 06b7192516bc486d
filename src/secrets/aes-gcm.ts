import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { Cipher } from './cipher.ts';

const version = 'v1';
/** 96 bits, the length GCM is defined for without hashing. @see NIST SP 800-38D, 8.2 */
const ivLength = 12;
const tagLength = 16;
const algorithm = 'aes-256-gcm';

/** A `Cipher` that lists its keys, so that a start without the right one can be refused. */
export interface KeyedCipher extends Cipher {
  hasKey(id: string): boolean;
}

/**
 * AES-256-GCM. A ciphertext reads `v1.<key id>.<iv>.<tag><data>`, the last two in base64url; version, key id
 * and the row's identity are additional data.
 * @param keys 32 bytes each: the first encrypts, all decrypt.
 */
export function createCipher(keys: readonly Buffer[]): KeyedCipher {
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  const [first] = keys;
  if (!first) throw new Error('a cipher needs at least one key');
  const firstId = keyId(first);
  return {
    keyId: firstId,
    hasKey: (id) => byId.has(id),
    encrypt(plain, identity) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv(algorithm, first, iv).setAAD(additionalData(firstId, identity));
      const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      const sealed = Buffer.concat([cipher.getAuthTag(), data]);
      return [version, firstId, iv.toString('base64url'), sealed.toString('base64url')].join('.');
    },
    decrypt(text, identity) {
      const [format, id = '', iv = '', sealed = ''] = text.split('.');
      if (format !== version) throw new Error(`the secret ${identity} is not a ciphertext of this version`);
      const key = byId.get(id);
      if (!key) throw new Error(`the secret ${identity} was encrypted with the key ${id}, which is not available`);
      try {
        const bytes = Buffer.from(sealed, 'base64url');
        const decipher = createDecipheriv(algorithm, key, Buffer.from(iv, 'base64url'), { authTagLength: tagLength });
        decipher.setAAD(additionalData(id, identity)).setAuthTag(bytes.subarray(0, tagLength));
        return Buffer.concat([decipher.update(bytes.subarray(tagLength)), decipher.final()]).toString('utf8');
      } catch (error) {
        throw new Error(`the secret ${identity} was changed or belongs to another row`, { cause: error });
      }
    },
    sign: (text, purpose) => hmac(first, text, purpose).toString('base64url'),
    verify(text, signature, purpose) {
      const given = Buffer.from(signature, 'base64url');
      return keys.some((key) => {
        const wanted = hmac(key, text, purpose);
        return given.length === wanted.length && timingSafeEqual(given, wanted);
      });
    },
  };
}

/** Derives a separate key per purpose, so that a signing key never encrypts. */
function hmac(key: Buffer, text: string, purpose: string): Buffer {
  const derived = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `shipmate ${purpose}`, 32));
  return createHmac('sha256', derived).update(text).digest();
}

/** Identifies a key without revealing anything about it, since keys are 256 random bits. */
export function keyId(key: Buffer): string {
  return createHash('sha256').update('shipmate key id').update(key).digest('hex').slice(0, 12);
}

function additionalData(id: string, identity: string): Buffer {
  return Buffer.from(`${version}.${id}.${identity}`, 'utf8');
}
