import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { UserError } from '../../errors.ts';
import { isRecipient, seal, unseal } from '../../secrets/age.ts';

/**
 * Packed by gzip and encrypted for the recipient of age, as `gzip | age -r` does.
 * @throws {UserError} for a recipient with a typing error.
 */
export function sealFor(recipient: string): (data: AsyncIterable<Buffer>) => AsyncIterable<Buffer> {
  if (!isRecipient(recipient))
    throw new UserError(
      'SHIPMATE_SELF_BACKUP_RECIPIENT has a typing error. `age-keygen -y <file>` prints the right one.',
    );
  return (data) => seal(recipient, Readable.from(data, { objectMode: false }).compose(createGzip()));
}

/** What was sealed for the recipient of the identity. */
export function unsealed(identity: string, data: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  return Readable.from(unseal(identity, data), { objectMode: false }).compose(createGunzip());
}
