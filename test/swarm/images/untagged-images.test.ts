import { expect, it } from '@jest/globals';
import { pruneBuilds } from '../../../src/swarm/images/stored-images.ts';
import { answeringEngine } from '../answering-engine.ts';

/** In seconds. */
const now = 1_800_000_000;

function image(Id: string, ParentId: string, RepoTags: string[], over: object = {}) {
  return { Id, ParentId, RepoTags, Created: now - 100, Size: 1, ...over };
}

/** As containerd's store lists what the classic builder made: the label is the last but one step of `shop/api:1`. */
const labelled = [
  image('named', 'step-2', ['shop/api:1']),
  image('step-2', 'step-1', []),
  image('rebuilt', 'base', ['<none>:<none>']),
  image('being-built', 'base', [], { Created: now + 1 }),
];
const others = [image('step-1', 'base', []), image('base', '', ['node:24'])];

it('only what no other image is based on is removed of what builds left without a name', async () => {
  await using engine = await answeringEngine((line) => {
    if (!line.startsWith('GET /images/json')) return { status: 200, body: [] };
    return {
      status: 200,
      body: line.includes('"label":["shipmate.application"]') ? labelled : [...labelled, ...others],
    };
  });
  await pruneBuilds(engine.docker, new Date(now * 1_000));
  expect(engine.asked.filter((line) => !line.startsWith('GET '))).toEqual(['DELETE /images/rebuilt']);
});
