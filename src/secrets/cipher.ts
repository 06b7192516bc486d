/** AES-256-GCM with the key's id stored next to the ciphertext and the row's identity as additional data. */
export interface Cipher {
  /** Id of the encrypting key; reveals nothing about it. */
  readonly keyId: string;
  /** `identity` names the row and column, e.g. `env_vars:<id>:value`; a ciphertext moved elsewhere does not decrypt. */
  encrypt(plain: string, identity: string): string;
  /** @throws {Error} when the key is not known or the text was changed or moved. */
  decrypt(text: string, identity: string): string;
  /** HMAC-SHA-256 in base64url with a key derived for `purpose`, for links that carry their own permissions. */
  sign(text: string, purpose: string): string;
  /** Whether one of the keys signed that text for that purpose; in constant time. */
  verify(text: string, signature: string, purpose: string): boolean;
}
