import type { S3Config } from '../config.ts';

/** Deletes every object of a repository, `s3:<endpoint>/<bucket>/<prefix>`. */
export async function removeObjects(s3: S3Config, location: string): Promise<void> {
  const { DeleteObjectsCommand, ListObjectsV2Command, S3Client } = await import('@aws-sdk/client-s3');
  const [, bucket = '', prefix = ''] = /^\/([^/]+)\/(.+)$/.exec(new URL(location.slice(3)).pathname) ?? [];
  const client = new S3Client({
    region: s3.region,
    credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    ...(s3.endpoint && { endpoint: s3.endpoint, forcePathStyle: true }),
  });
  try {
    for (;;) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/` }));
      if (Contents.length === 0) return;
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      const deletion = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
      const [refused] = (await client.send(deletion)).Errors ?? [];
      if (refused) throw new Error(`S3 did not delete ${refused.Key}: ${refused.Message ?? refused.Code}`);
    }
  } finally {
    client.destroy();
  }
}
