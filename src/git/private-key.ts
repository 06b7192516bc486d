import { createPrivateKey } from 'node:crypto';
import { UsageError } from '../errors.ts';

/** An RSA key of 16384 bits has 13 000 characters. */
const maxKey = 20_000;

const example = 'Paste the file that `ssh-keygen` created, from `-----BEGIN` to `KEY-----`';
const without =
  'Create one without: `ssh-keygen -t ed25519 -N "" -f shipmate_key`, and add its `.pub` at the git host.';

/**
 * A private key as `ssh` reads it, whatever became of its line breaks on the way (CRLF, spaces, none at the end).
 * @throws {UsageError} with the reason, and nothing of the key, when ssh could not use it unattended.
 */
export function readPrivateKey(text: string): string {
  const given = text.trim();
  if (given.length > maxKey) throw new UsageError(`That is too long for a private key. ${example}.`);
  const [, kind = '', body = ''] = /-----BEGIN ([A-Z ]{0,20})PRIVATE KEY-----([^-]*)-----END \1PRIVATE KEY-----/.exec(
    withoutHeaders(given),
  ) ?? [undefined, undefined, undefined];
  if (body.trim() === '') throw new UsageError(whatElse(given));
  if (kind === 'ENCRYPTED ' || /Proc-Type:\s*4,\s*ENCRYPTED/.test(given)) throw encrypted();
  const base64 = body.replaceAll(/\s/g, '');
  const pem = `-----BEGIN ${kind}PRIVATE KEY-----\n${base64.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END ${kind}PRIVATE KEY-----\n`;
  if (kind === 'OPENSSH ') requireOpenSsh(Buffer.from(base64, 'base64'));
  else requirePem(pem);
  return pem;
}

/** The lines between `BEGIN` and the key of an encrypted PEM. */
function withoutHeaders(text: string): string {
  return text.replaceAll(/^(?:Proc-Type|DEK-Info):.*$/gm, '');
}

function whatElse(text: string): string {
  if (/^(?:ssh|ecdsa|sk)-\S+\s+AAAA/m.test(text) || /-----? ?BEGIN (?:[A-Z0-9]{1,10} )?PUBLIC KEY/.test(text)) {
    return 'That is the public key, which belongs at the git host. Paste the private one, from the file without `.pub`.';
  }
  if (text.startsWith('PuTTY-User-Key-File')) {
    return 'That is a PuTTY key. Convert it: `puttygen key.ppk -O private-openssh -o key`, and paste the new file.';
  }
  return `That is not a complete private key. ${example}.`;
}

function encrypted(): UsageError {
  return new UsageError(`The key has a passphrase, which nobody can enter. ${without}`);
}

function damaged(): UsageError {
  return new UsageError(`The private key is damaged or in a format that ssh cannot read. ${example}.`);
}

function requirePem(pem: string): void {
  try {
    createPrivateKey(pem);
  } catch {
    // OpenSSL's message could reveal something about the key.
    throw damaged();
  }
}

const magic = Buffer.from('openssh-key-v1\0');

/**
 * Reads just enough to check that it is complete and has no passphrase.
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
function requireOpenSsh(key: Buffer): void {
  if (!key.subarray(0, magic.length).equals(magic)) throw damaged();
  let at = magic.length;
  const number = () => {
    if (at + 4 > key.length) throw damaged();
    at += 4;
    return key.readUInt32BE(at - 4);
  };
  const text = () => {
    const length = number();
    if (at + length > key.length) throw damaged();
    at += length;
    return key.subarray(at - length, at);
  };
  const cipher = text().toString('latin1');
  if (cipher !== 'none') throw encrypted();
  text(); // The function that makes a key of a passphrase, and
  text(); // its options: there is none.
  const keys = number();
  text(); // The public key.
  const secret = text();
  // Two equal numbers stand before the keys, to tell that they were deciphered well.
  if (keys !== 1 || secret.length < 8 || !secret.subarray(0, 4).equals(secret.subarray(4, 8))) throw damaged();
}
