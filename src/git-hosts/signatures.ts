import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 32 random bytes as base64url. */
export function makeTextSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares texts of any length without telling by the time how much of them is equal. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(given), digest(expected));
}

/** Whether `signature` is the hexadecimal HMAC-SHA256 of the body; compares in constant time. */
export function isHmac(signature: string, body: Buffer, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature, 'hex');
  return (
    signature.length === 2 * expected.length && given.length === expected.length && timingSafeEqual(given, expected)
  );
}

/** Whether `signature` is `sha256=` and the hexadecimal HMAC-SHA256 of the body. */
export function isPrefixedHmac(signature: string | undefined, body: Buffer, secret: string): boolean {
  return signature?.startsWith('sha256=') === true && isHmac(signature.slice('sha256='.length), body, secret);
}
