import type { GitProvider } from '../entities/git-provider.ts';
import type { KnownPlace } from './clone-url.ts';
import type { HostPerson } from './change-request.ts';

/** `error` is for a cancelled deployment, which says nothing about the commit. */
export type CommitState = 'pending' | 'success' | 'failure' | 'error';

export interface CommitStatus {
  state: CommitState;
  /** Name of the status among others, e.g. `shipmate/shop/api`. */
  context: string;
  /** Cut to what every host takes. */
  description: string;
  targetUrl: string;
}

/** A check of a commit, e.g. by CI. */
export interface CommitCheck {
  name: string;
  state: 'pending' | 'success' | 'failure';
}

/** The API of a git host. Every method throws a `GitHostError`. */
export interface GitHostApi extends RequestApi {
  /** Replaces the status of the same context. `repository` as webhooks name it, e.g. `acme/api`. */
  setStatus(repository: string, commit: string, status: CommitStatus): Promise<void>;
  /** The latest state of each check, Shipmate's own included. */
  checksOf(repository: string, commit: string): Promise<CommitCheck[]>;
}

/** What can be done about the pull or merge requests of a repository. */
export interface RequestApi {
  /** Whether somebody may push to the repository. */
  mayPush(repository: string, person: HostPerson): Promise<boolean>;
  /** Comments on a request, in Markdown; returns the comment's id. */
  addComment(repository: string, number: number, text: string): Promise<string>;
  /** Replaces the text of a comment. */
  editComment(repository: string, number: number, id: string, text: string): Promise<void>;
}

/** The clone URL, and what else is known, tell where the API is. */
export interface GitHostAccess extends KnownPlace {
  provider: GitProvider;
  cloneUrl: string;
  token: string;
}

export interface GitHostApis {
  open(access: GitHostAccess): GitHostApi;
}

/** The host did not do what it was asked; the message names no secret. */
export class GitHostError extends Error {
  override name = 'GitHostError';
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** It will not do it the next time either, e.g. because the token lacks a right. */
  readonly refused: boolean;
  /** How long the host wants to be left alone, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    details: { status?: number; refused?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.status = details.status;
    this.refused = details.refused ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }
}
