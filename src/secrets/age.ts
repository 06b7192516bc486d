import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';

/** Whether it is a key of age to encrypt for, e.g. `age1ql3z…`, without a typing error. */
export function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

/** The recipient that a secret key of age opens. */
export function recipientOf(identity: string): Promise<string> {
  return identityToRecipient(identity);
}

/** The secret keys of a file as `age-keygen` writes it, with comments; none of any other. */
export function readIdentities(file: string): string[] {
  const lines = file.split('\n').map((line) => line.trim());
  return lines.filter((line) => /^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/.test(line));
}

/** Encrypts for the recipient alone, as the program `age` does. */
export async function* seal(recipient: string, data: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  for await (const piece of await encrypter.encrypt(ReadableStream.from(data))) yield Buffer.from(piece);
}

/** @throws when none of the identities opens it, or it was changed. */
export async function* unseal(identity: string, data: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  for await (const piece of await decrypter.decrypt(ReadableStream.from(data))) yield Buffer.from(piece);
}
