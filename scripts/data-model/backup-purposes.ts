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
      platform: 'Where it was asked for, if others read there',
      channel: 'Channel in which those who may approve are called',
      message: 'The platform’s id of that message',
      called: 'The newest that the message has said',
      reminded_at: 'When those who may approve were reminded',
      created_at: 'When it was requested',
      decided_at: 'When it was decided',
      completed_at: 'When it ended',
    },
  },
};
