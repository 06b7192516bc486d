import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureNodeBaseImage } from '../scripts/support/base-image.ts';
import { type DemoStage, openStage } from '../scripts/support/demo-stage.ts';
import { freePort } from '../scripts/support/free-port.ts';
import { removeEmbeddedPostgres } from '../src/database/embedded.ts';
import { median, round } from './support/table.ts';

const rounds = 3;

export interface PreviewRow {
  /** Seconds from the push until the new version is known to be healthy; of one task, as previews have it. */
  deployment: number;
  /** Seconds from the event of a request with the same commit until its preview is. */
  preview: number;
  ratio: number;
}

/** A preview of the commit that its application has just deployed, beside that deployment. */
export async function benchPreviews(): Promise<PreviewRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-bench-'));
  const ports = { http: await freePort(), ingress: await freePort() };
  const baseImage = await ensureNodeBaseImage();
  const stage = await openStage({ folder, ports, baseImage, detached: false, onLine: () => undefined });
  try {
    await stage.setUp();
    await stage.say('scale shop/hello 1', /1 task/);
    await stage.say('app set shop/hello previews=on', /previews/);
    await done(stage, () => stage.push('0', false));
    const deployments: number[] = [];
    const previews: number[] = [];
    for (let turn = 1; turn <= rounds; turn += 1) {
      deployments.push(await done(stage, () => stage.push(`1.${turn}`, false)));
      previews.push(await done(stage, () => stage.request(turn)));
      await stage.say(`preview close shop/hello ${turn}`, /removed|closed/);
    }
    const [deployment, preview] = [round(median(deployments), 1), round(median(previews), 1)];
    return [{ deployment, preview, ratio: round(preview / deployment) }];
  } finally {
    await stage.leave();
    await removeEmbeddedPostgres(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds until the console says that it is deployed. */
async function done(stage: DemoStage, begin: () => Promise<{ status: number }>): Promise<number> {
  const ended = stage.process.waitFor(/done in/);
  const began = performance.now();
  const { status } = await begin();
  if (status !== 202) throw new Error(`Shipmate answered ${status}`);
  await ended;
  return (performance.now() - began) / 1000;
}

if (import.meta.main) console.table(await benchPreviews());
