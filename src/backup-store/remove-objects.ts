import { openS3 } from '../s3-client.ts';
import type { S3Config } from '../config.ts';

/** Of 1,000 objects each, whose packs have 16 MiB and more: 160 TiB. */
const mostRounds = 10_000;

/** Deletes every object of a repository, `s3:<endpoint>/<bucket>/<prefix>`. */
export async function removeObjects(s3: S3Config, location: string): Promise<void> {
  const { DeleteObjectsCommand, ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const [, bucket = '', prefix = ''] = /^\/([^/]+)\/(.+)$/.exec(new URL(location.slice(3)).pathname) ?? [];
  const client = await openS3(s3);
  try {
    for (let round = 0; round < mostRounds; round += 1) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/` }));
      if (Contents.length === 0) return;
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      const deletion = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
      const [refused] = (await client.send(deletion)).Errors ?? [];
      if (refused) throw new Error(`S3 did not delete ${refused.Key}: ${refused.Message ?? refused.Code}`);
    }
    throw new Error(`S3 still lists objects of ${location} after ${mostRounds} deletions`);
  } finally {
    client.destroy();
  }
}
