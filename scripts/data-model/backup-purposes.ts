import type { Purpose } from './purpose.ts';

export const backupTables: Record<string, Purpose> = {
  backup_stores: {
    own: true,
    is: 'Where the backups of a database lie, with the password of its repositories. Outlives a database whose backups are kept.',
    columns: {
      id: 'Identifier; part of the location',
      project_id: 'Its project; null when that is gone',
      database_id: 'Its database; null when that is gone',
      name: '`project/database` as it was called',
      location: 'Folder or `s3:…` below which its repositories lie',
      password: 'A ciphertext: opens every repository of it',
      created_at: 'When the row was made',
    },
  },
  restores: {
    own: true,
    is: 'Backups that go back into a database, some of which another person has to approve.',
    columns: {
      id: 'Identifier',
      backup_id: 'What is restored',
      database_id: 'Where it goes',
      status: 'How far it is, or how it ended',
      requested_by: 'Who asked; null when the user is gone',
      decided_by: 'Who approved or denied it; null when nobody had to',
      reason: 'Why it was denied',
      metadata: 'Safety backup, progress, reason of a failure',
      expires_at: 'Until when it may be approved',
      created_at: 'When it was asked for',
      decided_at: 'When it was decided',
      completed_at: 'When it ended',
    },
  },
};
