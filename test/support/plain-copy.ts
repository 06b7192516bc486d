import type { Readable } from 'node:stream';
import type { connectDocker } from '../../src/swarm/dockerode.ts';

type Docker = ReturnType<typeof connectDocker>;

/** Copies an image without its labels, as one that Shipmate did not build; it runs the same command. */
export async function copyWithoutLabels(docker: Docker, image: string, repo: string, tag: string): Promise<void> {
  const { Config } = await docker.getImage(image).inspect();
  const container = await docker.createContainer({ Image: image });
  try {
    const files = (await container.export()) as Readable;
    const words = (key: string, value: string[] | string | undefined) =>
      value === undefined ? [] : [`${key} ${JSON.stringify(value)}`];
    const changes = [
      ...words('ENTRYPOINT', Config.Entrypoint ?? undefined),
      ...words('CMD', Config.Cmd ?? undefined),
      ...(Config.Env ?? []).map((variable) => `ENV ${variable}`),
      ...(Config.WorkingDir ? [`WORKDIR ${Config.WorkingDir}`] : []),
    ];
    const answer = await docker.importImage(files, { repo, tag, changes: changes.join('\n') });
    for await (const _chunk of answer) continue;
  } finally {
    await container.remove();
  }
}
