import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface SshKeyPair {
  /** As `ssh-keygen -t ed25519` writes it, without a passphrase. */
  privateKey: string;
  /** One line, e.g. `ssh-ed25519 AAAA… shipmate`. */
  publicKey: string;
}

const kind = 'ssh-ed25519';
const comment = 'shipmate';

/**
 * A new Ed25519 key in the format of OpenSSH, since ssh reads no other for this kind.
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function makeKeyPair(): SshKeyPair {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const open = Buffer.concat([field(kind), field(point)]);
  // The same number twice tells whether the key was deciphered well.
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, open, field(Buffer.concat([seed, point])), field(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, at) => at + 1));
  const one = Buffer.from([0, 0, 0, 1]);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    one,
    field(open),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = file.toString('base64').replaceAll(/.{70}(?=.)/g, '$&\n');
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `${kind} ${open.toString('base64')} ${comment}`,
  };
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
