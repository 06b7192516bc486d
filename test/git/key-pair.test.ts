import { expect, it } from '@jest/globals';
import ssh2 from 'ssh2';
import { makeKeyPair } from '../../src/git/key-pair.ts';
import { readPrivateKey } from '../../src/git/private-key.ts';

it('a new key is one that ssh reads', () => {
  const { privateKey, publicKey } = makeKeyPair();
  expect(readPrivateKey(privateKey)).toContain('-----BEGIN OPENSSH PRIVATE KEY-----');
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error || Array.isArray(parsed)) throw new Error('not one key');
  expect(parsed.type).toBe('ssh-ed25519');
  expect(`ssh-ed25519 ${parsed.getPublicSSH().toString('base64')} shipmate`).toBe(publicKey);
  expect(parsed.verify('text', parsed.sign('text'))).toBe(true);
  expect(makeKeyPair().publicKey).not.toBe(publicKey);
});
