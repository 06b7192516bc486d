import type { Purpose } from './purpose.ts';

export const backupTables: Record<string, Purpose> = {
  backup_stores: {
    own: true,
    is: 'Where a database’s backups are stored, with the password of its repositories. Remains after the database if its backups are kept.',
    columns: {
      id: 'Identifier; part of the location',
      project_id: 'Its project; null when that is gone',
      database_id: 'Its database; null when that is gone',
      name: '`project/database` as it was called',
      location: 'Folder or `s3:…` of its repositories',
      password: 'Ciphertext of the password to all its repositories',
      created_at: 'When the row was created',
    },
  },
  restores: {
    own: true,
    is: 'Restores of backups into databases, with approvals where needed.',
    columns: {
      id: 'Identifier',
      backup_id: 'What is restored',
      database_id: 'Where it goes',
      status: 'Progress, or outcome',
      requested_by: 'Who asked; null when the user is gone',
      decided_by: 'Who approved or denied it; null if no approval was needed',
      reason: 'Why it was denied',
      metadata: 'Safety backup, progress, reason for a failure',
      expires_at: 'When the approval expires',
      created_at: 'When it was requested',
      decided_at: 'When it was decided',
      completed_at: 'When it ended',
    },
  },
};
