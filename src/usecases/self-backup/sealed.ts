import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { seal, unseal } from '../../secrets/age.ts';

/** Packed by gzip and encrypted for the recipient of age, as `gzip | age -r` does. */
export function sealFor(recipient: string): (data: AsyncIterable<Buffer>) => AsyncIterable<Buffer> {
  return (data) => seal(recipient, Readable.from(data, { objectMode: false }).compose(createGzip()));
}

/** What was sealed for the recipient of the identity. */
export function unsealed(identity: string, data: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  return Readable.from(unseal(identity, data), { objectMode: false }).compose(createGunzip());
}
