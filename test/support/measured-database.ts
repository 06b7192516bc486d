import { compareFound, type Measurement } from '../../src/usecases/backups/compare-manifests.ts';
import type { BackupStage } from './backup-stage.ts';

/** What a drill would find in the stage's database. */
export async function measureDatabase({ access, deps, signal }: BackupStage): Promise<Measurement> {
  const { image, login, network, tool } = access;
  const shot = { ...tool.count.run(login), image, network, labels: {} };
  const measure = tool.count.measure();
  for await (const chunk of deps.oneShots.output(shot, signal)) measure.add(chunk);
  return { manifest: measure.end(), structure: measure.structure?.() };
}

/** What a drill would say of a restore that comes out with `change` made, beside the database as it is. */
export async function drillAfter(stage: BackupStage, change: () => Promise<unknown>): Promise<string> {
  const before = await measureDatabase(stage);
  await change();
  const after = await measureDatabase(stage);
  try {
    return compareFound(before, after);
  } catch (error) {
    return error instanceof Error ? error.message.replace('the restored data does not match the backup: ', '') : '';
  }
}
