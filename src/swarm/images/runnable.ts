import type Docker from 'dockerode';
import { UserError } from '../../errors.ts';
import { allOf } from '../../word-lists.ts';

/** What Swarm calls the architectures of images. */
const architectures: Record<string, string> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  armv6l: 'arm',
  i686: '386',
};

/** @param remedy What to do instead, as a sentence. @throws {UserError} for an image that no node can run. */
export async function requireRunnable(docker: Docker, reference: string, remedy: string): Promise<void> {
  const { Architecture, Os } = await docker.getImage(reference).inspect();
  // Empty in the containerd store when only other platforms of the image are there.
  if (!Architecture) return;
  const nodes: unknown[] = await docker.listNodes();
  const platforms = new Set(nodes.flatMap(platformOf));
  if (platforms.size === 0 || platforms.has(`${Os}/${Architecture}`)) return;
  throw new UserError(
    `The image \`${reference}\` is for \`${Os}/${Architecture}\`, and the nodes are ${allOf([...platforms].sort())}. ${remedy}`,
  );
}

/** Of a node that has told it. */
function platformOf(node: unknown): string[] {
  const { Description } = node as { Description?: { Platform?: { Architecture?: string; OS?: string } } };
  const { Architecture, OS } = Description?.Platform ?? {};
  return Architecture && OS ? [`${OS}/${architectures[Architecture] ?? Architecture}`] : [];
}
