import type { WordedFacts } from './worded-facts.ts';

const backup = 'aaaaaaaa-0000-4000-8000-000000000001';
const restore = 'bbbbbbbb-0000-4000-8000-000000000002';
const safetyBackup = 'cccccccc-0000-4000-8000-000000000003';
const backups = { label: 'Backups', command: 'db backups shop/orders' };
const backUpNow = { label: 'Back up now', command: 'db backup shop/orders', style: 'primary' as const };

export const backupFacts: WordedFacts<
  'backup-failed' | 'drill-failed' | 'restore-waiting' | 'restore-succeeded' | 'restore-failed'
> = {
  'backup-failed': [
    [
      '',
      { database: 'shop/orders', type: 'incremental', reason: 'no space left' },
      {
        tone: 'danger',
        title: 'Backup of shop/orders failed',
        text: 'The incremental backup failed: no space left',
        actions: [backups, backUpNow],
      },
    ],
  ],
  'drill-failed': [
    [
      '',
      { database: 'shop/orders', backup, reason: 'public.orders is missing' },
      {
        tone: 'danger',
        title: 'Restore drill of shop/orders failed',
        text: 'Backup aaaaaaaa did not pass: public.orders is missing',
        actions: [backups, backUpNow],
      },
    ],
  ],
  'restore-waiting': [
    [
      'that a person asked for',
      {
        database: 'shop/orders',
        restore,
        requestedBy: 'ada (slack)',
        backup,
        backedUpAt: '2026-12-01T08:30:00.000Z',
      },
      {
        tone: 'warning',
        title: 'Restore of shop/orders needs approval',
        text: 'ada (slack) wants to replace its data with backup aaaaaaaa from 2026-12-01 08:30 UTC.',
        actions: [
          {
            label: 'Approve',
            command: 'approve bbbbbbbb',
            style: 'danger',
            confirm: 'Replace all data in shop/orders?',
          },
          { label: 'Deny', command: 'deny bbbbbbbb', form: true },
        ],
      },
    ],
  ],
  'restore-succeeded': [
    [
      'over data that was backed up',
      { database: 'shop/orders', backup, seconds: 3.2, safetyBackup },
      {
        tone: 'success',
        title: 'shop/orders is restored',
        text: 'Restored backup aaaaaaaa in 3.2 s. The previous data is in backup cccccccc.',
        actions: [backups],
      },
    ],
    [
      'into a new database',
      { database: 'shop/orders', backup, seconds: 3.2, safetyBackup: null },
      {
        tone: 'success',
        title: 'shop/orders is restored',
        text: 'Restored backup aaaaaaaa in 3.2 s.',
        actions: [backups],
      },
    ],
  ],
  'restore-failed': [
    [
      '',
      { database: 'shop/orders', reason: 'no route to the store. The database is unchanged.' },
      {
        tone: 'danger',
        title: 'Restore of shop/orders failed',
        text: 'no route to the store. The database is unchanged.',
        actions: [backups],
      },
    ],
  ],
};
