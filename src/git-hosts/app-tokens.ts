/** A token that its host gives for a while. */
export interface RenewableToken {
  /** @throws {GitHostError} when the host gives none. */
  current(): Promise<string>;
  /** Another one in the place of one that the host has refused. @throws {GitHostError} when the host gives none. */
  renew(refused: string): Promise<string>;
}

/** `clone` only reads the code, `api` sets statuses, comments and deployments. */
export type TokenUse = 'clone' | 'api';

/** Tokens of apps, each for one repository. They are kept in memory only, and never longer than they last. */
export interface AppTokens {
  /** @param app Id of the app's row. @param repository `acme/api` */
  forRepository(app: string, repository: string, use: TokenUse): RenewableToken;
}
