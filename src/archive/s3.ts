import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Config } from '../config.ts';
import type { Archive, ArchivedObject } from './archive.ts';
import { throwMissing } from './missing-object.ts';
import { openS3, type S3Limits } from '../s3-client.ts';
import { uploadToS3 } from './upload-to-s3.ts';

const prefixInBucket = 'archive/';

interface ArchiveLimits extends S3Limits {
  /**
   * How long S3 may take to say what became of an upload that is stopped, milliseconds (default 5,000: half of what a process
   * has left once it aborts its jobs).
   */
  takeBackMs?: number;
}

/** An archive in an S3 bucket. */
export function s3Archive(config: S3Config, { takeBackMs = 5_000, ...limits }: ArchiveLimits = {}): Archive {
  let opened: Promise<S3Client> | undefined;
  const sdk = () => import('@aws-sdk/client-s3');
  const client = () => (opened ??= openS3(config, limits));
  const at = (name: string) => ({ Bucket: config.bucket, Key: prefixInBucket + name });

  return {
    location: `s3://${config.bucket}/${prefixInBucket}`,
    async put(name, body, signal) {
      await uploadToS3(await client(), { ...at(name), body, signal, takeBackMs });
    },
    async get(name) {
      const { GetObjectCommand } = await sdk();
      const got = await (
        await client()
      )
        .send(new GetObjectCommand(at(name)))
        .catch((error: unknown) => throwMissing(error, name, isMissing(error)));
      if (!got.Body) throw new Error(`S3 sent no body for ${name}`);
      // In Node it is one.
      return got.Body as Readable;
    },
    async head(name) {
      const { HeadObjectCommand } = await sdk();
      try {
        const { ContentLength = 0 } = await (await client()).send(new HeadObjectCommand(at(name)));
        return { name, bytes: ContentLength };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async list(prefix) {
      const { paginateListObjectsV2 } = await sdk();
      const found: ArchivedObject[] = [];
      const where = { Bucket: config.bucket, Prefix: prefixInBucket + prefix };
      for await (const { Contents = [] } of paginateListObjectsV2({ client: await client() }, where)) {
        for (const { Key = '', Size = 0 } of Contents)
          found.push({ name: Key.slice(prefixInBucket.length), bytes: Size });
      }
      return found.sort((one, other) => (one.name < other.name ? -1 : 1));
    },
  };
}

function isMissing(error: unknown): boolean {
  const { name } = error as Error;
  return name === 'NoSuchKey' || name === 'NotFound';
}
