import type { WordedFacts } from './worded-facts.ts';

export const workFacts: WordedFacts<
  'branch-behind' | 'repository-moved' | 'command-failed' | 'command-missed' | 'job-failed' | 'job-recovered'
> = {
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
  'repository-moved': [
    [
      'and is followed',
      { application: 'shop/api', before: 'acme/api', after: 'acme/shop-api', outcome: 'followed' },
      {
        tone: 'warning',
        title: 'The repository of shop/api has moved',
        text: '`acme/api` is `acme/shop-api` now, and is deployed from there.',
        actions: [{ label: 'Show', command: 'app show shop/api' }],
      },
    ],
    [
      'to another owner',
      { application: 'shop/api', before: 'acme/api', after: 'globex/api', outcome: 'followed' },
      {
        tone: 'warning',
        title: 'The repository of shop/api has moved',
        text: '`acme/api` is `globex/api` now, and is deployed from there. It has another owner; if that is not meant, connect another repository: `app connect shop/api --repo <url>`.',
        actions: [{ label: 'Show', command: 'app show shop/api' }],
      },
    ],
    [
      'while another has its name',
      { application: 'shop/api', before: 'acme/api', after: 'globex/api', outcome: 'taken' },
      {
        tone: 'warning',
        title: 'The repository of shop/api has moved',
        text: '`acme/api` is `globex/api` now, and another repository has the old name. Pushes deploy neither until you choose: `app connect shop/api --repo <url>`.',
        actions: [{ label: 'Show', command: 'app show shop/api' }],
      },
    ],
    [
      'where it cannot be read',
      { application: 'shop/api', before: 'acme/api', after: 'globex/api', outcome: 'unreadable' },
      {
        tone: 'warning',
        title: 'The repository of shop/api has moved',
        text: '`acme/api` is `globex/api` now, and cannot be read there. Pushes do not deploy until you connect it: `app connect shop/api --repo <url>`.',
        actions: [{ label: 'Show', command: 'app show shop/api' }],
      },
    ],
    [
      'whose name is another’s',
      { application: 'shop/api', before: 'acme/api', after: 'acme/api', outcome: 'replaced' },
      {
        tone: 'warning',
        title: 'The repository of shop/api has moved',
        text: 'Another repository has the name `acme/api` now. Its pushes deploy, since this application’s secret signs them. If that is not meant, renew the secret: `app connect shop/api`.',
        actions: [{ label: 'Show', command: 'app show shop/api' }],
      },
    ],
  ],
  'command-failed': [
    [
      'at its first attempt',
      { application: 'shop/api', command: '3f2c1ab4', reason: 'exited with code 3', attempts: 1 },
      {
        tone: 'danger',
        title: 'The scheduled command 3f2c1ab4 of shop/api failed',
        text: 'exited with code 3',
        actions: [
          { label: 'Run now', command: 'cron run 3f2c1ab4' },
          { label: 'Runs', command: 'cron show 3f2c1ab4' },
        ],
      },
    ],
    [
      'at its last attempt',
      { application: 'shop/api', command: '3f2c1ab4', reason: null, attempts: 3 },
      {
        tone: 'danger',
        title: 'The scheduled command 3f2c1ab4 of shop/api failed after 3 attempts',
        actions: [
          { label: 'Run now', command: 'cron run 3f2c1ab4' },
          { label: 'Runs', command: 'cron show 3f2c1ab4' },
        ],
      },
    ],
  ],
  'command-missed': [
    [
      'once',
      {
        application: 'shop/api',
        command: '3f2c1ab4',
        due: '2026-11-29T03:00:00.000Z',
        since: '2026-11-28T03:00:00.000Z',
        count: 1,
      },
      {
        tone: 'danger',
        title: 'The scheduled command 3f2c1ab4 of shop/api was missed',
        text: 'It was due at 2026-11-29 03:00 UTC, and no Shipmate ran. It is not made up for.',
        actions: [
          { label: 'Run now', command: 'cron run 3f2c1ab4' },
          { label: 'Runs', command: 'cron show 3f2c1ab4' },
        ],
      },
    ],
    [
      'several times',
      {
        application: 'shop/api',
        command: '3f2c1ab4',
        due: '2026-11-29T03:00:00.000Z',
        since: '2026-11-28T03:00:00.000Z',
        count: 4,
      },
      {
        tone: 'danger',
        title: 'The scheduled command 3f2c1ab4 of shop/api was missed',
        text: 'The last of 4 times was 2026-11-29 03:00 UTC, and no Shipmate ran. It is not made up for.',
        actions: [
          { label: 'Run now', command: 'cron run 3f2c1ab4' },
          { label: 'Runs', command: 'cron show 3f2c1ab4' },
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
