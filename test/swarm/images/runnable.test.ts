import { describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';
import { requireRunnable } from '../../../src/swarm/images/runnable.ts';

/** Answers as Engines do: `docker node inspect` calls architectures as the kernel does. */
function engine(architecture: string, nodes: object[]): Docker {
  return {
    getImage: () => ({ inspect: async () => ({ Os: 'linux', Architecture: architecture }) }),
    listNodes: async () => nodes,
  } as unknown as Docker;
}

function node(Architecture: string) {
  return { Description: { Platform: { OS: 'linux', Architecture } } };
}

const remedy = 'Choose another.';

describe('an image', () => {
  it.each([
    ['amd64', [node('x86_64')]],
    ['arm64', [node('x86_64'), node('aarch64')]],
    ['arm', [node('armv7l')]],
    ['riscv64', [node('riscv64')]],
    ['s390x', [{}]],
    ['', [node('x86_64')]],
  ])('for %s runs on a node that can', async (architecture, nodes) => {
    await expect(requireRunnable(engine(architecture, nodes), 'acme/api:1', remedy)).resolves.toBeUndefined();
  });

  it('that no node can run is refused, with what the nodes are', async () => {
    const nodes = [node('x86_64'), node('armv7l'), node('x86_64')];
    await expect(requireRunnable(engine('arm64', nodes), 'acme/api:1', remedy)).rejects.toThrow(
      'The image `acme/api:1` is for `linux/arm64`, and the nodes are `linux/amd64` and `linux/arm`. ' +
        'Choose another.',
    );
  });
});
