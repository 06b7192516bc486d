import { compareFound, type Measurement } from '../../src/usecases/backups/compare-manifests.ts';
import { inContainer, output } from '../../src/swarm/containers/attached.ts';
import type { BackupStage } from './backup-stage.ts';
import { docker, runningContainers } from './swarm-fixture.ts';

/** What a drill would find in the stage's database. */
export async function measureDatabase({ access, signal }: BackupStage): Promise<Measurement> {
  const { login, tool } = access;
  const [id = ''] = await runningContainers(access.service);
  const program = await inContainer(docker.getContainer(id), tool.count.run({ ...login, host: '127.0.0.1' }), false);
  const measure = tool.count.measure();
  for await (const chunk of output(program, signal)) measure.add(chunk);
  return { manifest: measure.end(), structure: measure.structure?.() };
}

/**
 * Says what a drill would say of a restore that comes out with `change` made, beside the database as it was before that:
 * nothing else may change it between two calls.
 */
export function drillsAfter(stage: BackupStage): (change: () => Promise<unknown>) => Promise<string> {
  let before: Measurement | undefined;
  return async (change) => {
    const wanted = before ?? (await measureDatabase(stage));
    await change();
    before = await measureDatabase(stage);
    try {
      return compareFound(wanted, before);
    } catch (error) {
      return error instanceof Error ? error.message.replace('the restored data does not match the backup: ', '') : '';
    }
  };
}
