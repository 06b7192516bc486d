import { z } from 'zod';
import { settlePreviewJobName } from '../usecases/previews/preview-jobs.ts';
import type { Job } from './job.ts';

const Input = z.object({
  previewId: z.uuid(),
  again: z.boolean().optional(),
  labelled: z.object({ name: z.string(), id: z.string(), commit: z.string() }).optional(),
});

/** Enqueued by events of requests, and by `preview open` and `close`. */
export const settlePreviewJob: Job = {
  name: settlePreviewJobName,
  summary: 'Deploys or removes the preview of a pull or merge request',
  async run(deps, { input, signal }) {
    const { settlePreview } = await import('../usecases/previews/settle-preview.ts');
    return settlePreview(deps, Input.parse(input), signal);
  },
};
