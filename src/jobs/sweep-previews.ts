import type { Job } from './job.ts';

/** Previews cost memory and places while nobody looks at them. */
export const sweepPreviewsJob: Job = {
  name: 'sweep-previews',
  summary: 'Closes idle previews, and removes what is left of closed ones',
  schedule: '*/10 * * * *',
  async run(deps) {
    const { sweepPreviews } = await import('../usecases/previews/sweep-previews.ts');
    return sweepPreviews(deps);
  },
};
