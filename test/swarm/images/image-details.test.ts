import { expect, it } from '@jest/globals';
import { findImage } from '../../../src/swarm/images/images.ts';
import { answeringEngine } from '../answering-engine.ts';

const id = `sha256:${'d'.repeat(64)}`;

it.each([
  ['overlay2', { Id: id, Size: 132_000_000 }],
  [
    "containerd's image store, which calls the packed layers its size",
    {
      Id: id,
      Size: 49_000_000,
      Manifests: [
        { Available: true, Kind: 'image', ImageData: { Size: { Unpacked: 132_000_000 } } },
        { Available: true, Kind: 'attestation' },
        { Available: false, Kind: 'image', ImageData: { Size: { Unpacked: 0 } } },
      ],
    },
  ],
])('the size of an image is that of its unpacked layers with %s', async (_, body) => {
  await using engine = await answeringEngine((line) =>
    line === 'GET /images/shop/api:1/json?manifests=1' ? { status: 200, body } : undefined,
  );
  expect(await findImage(engine.docker, 'shop/api:1')).toEqual({ id, sizeBytes: 132_000_000 });
  expect(await findImage(engine.docker, 'shop/api:2')).toBeUndefined();
});
