import { watchNodes } from '../usecases/watchers/watch-nodes.ts';
import type { Job } from './job.ts';

/** Tells of nodes that do not answer any more, and of those that do again. */
export const watchNodesJob: Job = {
  name: 'watch-nodes',
  summary: 'Looks for nodes that are lost, or back',
  schedule: '* * * * *',
  run: watchNodes,
};
