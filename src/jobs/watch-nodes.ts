import type { Job } from './job.ts';

/** Notifies when a node stops responding, and when it responds again. */
export const watchNodesJob: Job = {
  name: 'watch-nodes',
  summary: 'Finds nodes that are lost or back',
  schedule: '* * * * *',
  async run(deps) {
    const { watchNodes } = await import('../usecases/watchers/watch-nodes.ts');
    return watchNodes(deps);
  },
};
