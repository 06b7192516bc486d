import { resolve } from 'node:path';
import { passphrase, text, url } from './config-decoders.ts';
import { variable } from './config-variable.ts';

/** Where backups and archives are. */
export const storageVariables = {
  SHIPMATE_SELF_BACKUP_PASSPHRASE: variable(passphrase.optional(), {
    meaning:
      'Turns on nightly backups of Shipmate itself and encrypts them, the keys included; keep it elsewhere. At least 16 characters. See docs/operation.md.',
    preset: 'no such backups',
    example: '"$(openssl rand -base64 24)"',
  }),
  SHIPMATE_SELF_BACKUP_RECIPIENT: variable(
    text.regex(/^age1[02-9ac-hj-np-z]{58}$/, 'is not a recipient of age, as `age-keygen -y` prints it').optional(),
    {
      meaning:
        'The same without a secret on this machine: an age recipient, whose identity alone opens the backups; takes precedence over the passphrase. See docs/operation.md.',
      preset: '',
      example: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
    },
  ),
  SHIPMATE_SELF_BACKUP_FOLDER: variable(text.transform((path) => resolve(path)).optional(), {
    meaning: 'Folder for these backups, preferably on another disk.',
    preset: 'the bucket, or `backups/shipmate` in the data folder',
    example: '/mnt/backups/shipmate',
  }),
  S3_BUCKET: variable(text.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not a bucket name').optional(), {
    meaning: 'Bucket for backups and archives.',
    preset: 'folders in the data folder',
    example: 'shipmate-backups',
  }),
  S3_ENDPOINT: variable(url.optional(), {
    meaning: 'Address of the S3 service.',
    preset: 'Amazon S3 of the region',
    example: 'https://s3.eu-central-003.backblazeb2.com',
  }),
  S3_REGION: variable(text.prefault('us-east-1'), {
    meaning: 'Region of the bucket.',
    preset: 'us-east-1',
    example: 'eu-central-1',
  }),
  S3_ACCESS_KEY_ID: variable(text.optional(), {
    meaning: 'Access key that may read, write, list and delete in the bucket; needed with `S3_BUCKET`.',
    preset: '',
    example: 'AKIA…',
  }),
  S3_SECRET_ACCESS_KEY: variable(text.optional(), {
    meaning: 'Secret of that access key.',
    preset: '',
    example: 'wJalr…',
  }),
};
