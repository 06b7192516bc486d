import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupRepository, BackupStore } from '../../src/backup-store/backup-store.ts';
import type { S3Config } from '../../src/config.ts';
import { openS3 } from '../../src/s3-client.ts';

/** A key of a restic repository, as stored: how what unlocks it is derived from the password, and itself, encrypted with that. */
interface StoredKey {
  /** scrypt's cost, block size and parallelism. */
  N: number;
  r: number;
  p: number;
  salt: string;
  data: string;
}

const ivBytes = 16;
const macBytes = 16;
/** The least that scrypt takes. */
const quick = { N: 2, r: 1, p: 1 };

/**
 * A store whose new repositories are unlocked at once. restic makes them so that each of its starts takes half a second of
 * a processor and 60 MB: a password that a person chose needs that, tests do not.
 */
export function withQuickKeys(store: BackupStore, s3?: S3Config): BackupStore {
  return {
    ...store,
    async create(repository, signal) {
      await store.create(repository, signal);
      const { location } = repository;
      if (!location.startsWith('s3:')) await makeQuick(keysInFolder(location), repository);
      else if (s3) await inBucket(s3, location, (keys) => makeQuick(keys, repository));
    },
  };
}

/** Where the keys of a repository are, by their names. */
interface Keys {
  names(): Promise<string[]>;
  read(name: string): Promise<string>;
  write(name: string, content: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
}

function keysInFolder(location: string): Keys {
  const path = (name: string) => join(location, 'keys', name);
  return {
    names: () => readdir(path('')),
    read: (name) => readFile(path(name), 'utf8'),
    write: (name, content) => writeFile(path(name), content, { mode: 0o400 }),
    remove: (name) => rm(path(name)),
  };
}

async function inBucket(s3: S3Config, location: string, work: (keys: Keys) => Promise<void>): Promise<void> {
  const { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } =
    await import('@aws-sdk/client-s3');
  const [, Bucket = '', path = ''] = /^\/([^/]+)\/(.+)$/.exec(new URL(location.slice(3)).pathname) ?? [];
  const Prefix = `${path}/keys/`;
  const object = (name: string) => ({ Bucket, Key: `${Prefix}${name}` });
  const client = await openS3(s3);
  try {
    await work({
      async names() {
        const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
        return Contents.map(({ Key = '' }) => Key.slice(Prefix.length));
      },
      async read(name) {
        const { Body } = await client.send(new GetObjectCommand(object(name)));
        return (await Body?.transformToString()) ?? '';
      },
      write: (name, content) => client.send(new PutObjectCommand({ ...object(name), Body: content })),
      remove: (name) => client.send(new DeleteObjectCommand(object(name))),
    });
  } finally {
    client.destroy();
  }
}

async function makeQuick(keys: Keys, { password }: BackupRepository): Promise<void> {
  for (const name of await keys.names()) {
    const key = JSON.parse(await keys.read(name)) as StoredKey;
    if (key.N === quick.N) continue;
    const stored = JSON.stringify(requickened(key, password));
    await keys.write(createHash('sha256').update(stored).digest('hex'), stored);
    await keys.remove(name);
  }
}

function requickened(key: StoredKey, password: string): StoredKey {
  const stored = Buffer.from(key.data, 'base64');
  const sealed = stored.subarray(ivBytes, -macBytes);
  const slow = derive(key, password);
  const opened = createDecipheriv('aes-256-ctr', slow.encryption, stored.subarray(0, ivBytes)).update(sealed);
  const fast = derive({ ...key, ...quick }, password);
  const iv = randomBytes(ivBytes);
  const resealed = createCipheriv('aes-256-ctr', fast.encryption, iv).update(opened);
  const mask = createCipheriv('aes-128-ecb', fast.mask, null).update(iv);
  const data = Buffer.concat([iv, resealed, poly1305(fast.multiplier, mask, resealed)]).toString('base64');
  return { ...key, ...quick, data };
}

function derive({ N, p, r, salt }: Omit<StoredKey, 'data'>, password: string) {
  const derived = scryptSync(password, Buffer.from(salt, 'base64'), 64, { N, r, p, maxmem: 256 * N * r + 1_048_576 });
  return { encryption: derived.subarray(0, 32), mask: derived.subarray(32, 48), multiplier: derived.subarray(48) };
}

/** Poly1305, which restic uses with a mask made by AES. @see https://cr.yp.to/mac/poly1305-20050329.pdf */
function poly1305(multiplier: Buffer, mask: Buffer, message: Buffer): Buffer {
  const r = littleEndian(multiplier) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = Buffer.concat([message.subarray(at, at + 16), Buffer.of(1)]);
    sum = ((sum + littleEndian(block)) * r) % ((1n << 130n) - 5n);
  }
  const tag = (sum + littleEndian(mask)) & ((1n << 128n) - 1n);
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse();
}

function littleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}
