/** AES-256-GCM with the key's id stored beside the ciphertext and the row's identity as additional data. */
export interface Cipher {
  /** Of the key that encrypts; says nothing about the key. */
  readonly keyId: string;
  /** `identity` names the row and column, e.g. `env_vars:<id>:value`; a ciphertext moved elsewhere does not decrypt. */
  encrypt(plain: string, identity: string): string;
  /** @throws {Error} when the key is not known or the text was changed or moved. */
  decrypt(text: string, identity: string): string;
  /** HMAC-SHA-256 in base64url under a key made for `purpose` alone, for links that hold what they allow. */
  sign(text: string, purpose: string): string;
  /** Whether one of the keys signed that text for that purpose; in constant time. */
  verify(text: string, signature: string, purpose: string): boolean;
}
