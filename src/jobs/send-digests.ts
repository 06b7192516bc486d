import type { Job } from './job.ts';

/** Each route has its own schedule; this finds the ones that are due. */
export const sendDigestsJob: Job = {
  name: 'send-digests',
  summary: 'Sends the digests that are due',
  schedule: '*/5 * * * *',
  async run(deps, { signal }) {
    const { sendDigests } = await import('../usecases/digests/send-digests.ts');
    const sent = await sendDigests(deps, new Date(), signal);
    return sent === 0 ? 'none due' : `${sent} sent`;
  },
};
