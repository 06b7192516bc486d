import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureNodeBaseImage } from '../../scripts/support/base-image.ts';
import { createSampleRepository, type SampleRepository } from '../../scripts/support/sample-repository.ts';
import { labelKeys } from '../../src/swarm/labels.ts';
import { openShipmate, type RunningShipmate } from './shipmate.ts';
import { docker } from './swarm-fixture.ts';

export interface ComposeStage extends AsyncDisposable {
  shipmate: RunningShipmate;
  repository: SampleRepository;
  /** The application's name and id. */
  app: string;
  id: string;
  /** Webhook secret. */
  secret: string;
  /** The base image as one of a registry that refuses at once: no lookup of a name keeps a test waiting. */
  base: string;
}

/** A Shipmate with one compose application. @param settings Options of `app create`. */
export async function openComposeStage(name: string, settings = ''): Promise<ComposeStage> {
  const local = await ensureNodeBaseImage();
  // With a tag of its own, which goes away with the stage.
  const repo = `localhost:1/${name}`;
  const [tag = ''] = local.split(':').slice(-1);
  const base = `${repo}:${tag}`;
  await docker.getImage(local).tag({ repo, tag });
  const shipmate = await openShipmate();
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-repository-'));
  const repository = await createSampleRepository(join(folder, name));
  const app = `${shipmate.project}/${name}`;
  const { data } = await shipmate.command(
    `app create ${app} --type compose --repo ${repository.path} --provider github --repository acme/${name} ${settings}`,
  );
  const { id, webhook } = data as { id: string; webhook: { secret: string } };
  return {
    shipmate,
    repository,
    app,
    id,
    secret: webhook.secret,
    base,
    async [Symbol.asyncDispose]() {
      await shipmate.close();
      await rm(folder, { recursive: true, force: true });
      await docker.getImage(base).remove();
      const filters = JSON.stringify({ label: [`${labelKeys.application}=${id}`] });
      for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
    },
  };
}
