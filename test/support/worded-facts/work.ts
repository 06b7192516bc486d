import type { WordedFacts } from './worded-facts.ts';

export const workFacts: WordedFacts<'branch-behind' | 'job-failed' | 'job-recovered'> = {
  'branch-behind': [
    [
      '',
      { application: 'shop/api', branch: 'main', commit: 'b'.repeat(40), deployed: 'a'.repeat(40) },
      {
        tone: 'warning',
        title: 'shop/api is behind',
        text: '`main` is at bbbbbbb, but aaaaaaa is deployed. No webhook announced the push; Shipmate may have been down.',
        actions: [
          { label: 'Deploy', command: 'deploy shop/api', style: 'primary' },
          { label: 'What changes', command: 'diff shop/api' },
        ],
      },
    ],
  ],
  'job-failed': [
    [
      'that has a schedule',
      { job: 'tidy', reason: 'The cupboard is locked.', scheduled: true },
      {
        tone: 'danger',
        title: 'The job tidy failed',
        text: 'The cupboard is locked.',
        actions: [
          { label: 'Run again', command: 'schedule run tidy' },
          { label: 'Runs', command: 'schedule show tidy' },
        ],
      },
    ],
    [
      'that use cases enqueue',
      { job: 'tidy', reason: null, scheduled: false },
      { tone: 'danger', title: 'The job tidy failed', actions: [{ label: 'Runs', command: 'schedule show tidy' }] },
    ],
  ],
  'job-recovered': [
    [
      'with a result',
      { job: 'tidy', result: 'tidied 3' },
      {
        tone: 'success',
        title: 'The job tidy works again',
        text: 'tidied 3',
        actions: [{ label: 'Runs', command: 'schedule show tidy' }],
      },
    ],
    [
      'without one',
      { job: 'tidy', result: null },
      {
        tone: 'success',
        title: 'The job tidy works again',
        actions: [{ label: 'Runs', command: 'schedule show tidy' }],
      },
    ],
  ],
};
