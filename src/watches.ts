import { createChecksGate } from './usecases/commit-statuses/await-checks.ts';
import { createCommitStatusReporter } from './usecases/commit-statuses/report-commit-status.ts';
import { createHostDeploymentReporter } from './usecases/commit-statuses/report-host-deployment.ts';
import type { Deps } from './usecases/deps.ts';
import { createSampler } from './usecases/metrics/sampler.ts';
import { createPreviewReporter } from './usecases/previews/report-comment.ts';

/** Starts what looks at rows and tasks by itself, in every process; `opened` stops it. */
export async function startWatches(deps: Deps, opened: AsyncDisposableStack): Promise<void> {
  for (const watch of [
    createChecksGate(deps),
    createCommitStatusReporter(deps),
    createHostDeploymentReporter(deps),
    createPreviewReporter(deps),
    createSampler(deps),
  ]) {
    await watch.start();
    opened.defer(() => watch.stop());
  }
}
