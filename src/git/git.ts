/** How Shipmate proves itself to a git host. Never part of a URL, an argument list or a log line. */
export type GitCredentials =
  | {
      kind: 'token';
      token: string;
      username?: string;
      /** Another token in the place of one that the host refused, asked for once. */
      renew?: (refused: string) => Promise<string>;
    }
  | { kind: 'ssh'; privateKey: string };

/** A repository to read from. */
export interface GitRemote {
  /** https, ssh (`git@host:path` too), git, or a path below the folder of local repositories; without credentials. */
  url: string;
  credentials?: GitCredentials;
  /** `public`: submodules get no credentials, as strangers have chosen them (default: on the same host they do). */
  submodules?: 'public';
}

export interface CheckoutRequest {
  remote: GitRemote;
  /** Full commit id, 40 hexadecimal digits. */
  commit: string;
  /** A ref that contains the commit; fetched when the server does not serve single commits. */
  ref?: string;
  /** Target directory, created if missing. An existing checkout of the same commit is kept. */
  directory: string;
  signal: AbortSignal;
}

export interface CommitInfo {
  commit: string;
  /** First line of the message, at most 200 characters. */
  title: string;
  author: string;
  /** Known after checkout. */
  authorEmail?: string;
  /** ISO 8601; known after checkout. */
  committedAt?: string;
}

/** A branch that is to be tracked, or the branches that there are instead. */
export type TrackedBranch = { kind: 'found'; branch: string } | { kind: 'missing'; branches: string[] };

/** The difference between two commits. */
export interface CommitComparison {
  /** Those that the second has and the first has not, newest first, at most 250. */
  commits: CommitInfo[];
  /** How many there are of them. */
  count: number;
  /** How many the first has and the second has not. */
  dropped: number;
}

/** The door to the git CLI. Everything a remote or a person supplies is checked before git sees it. */
export interface Git {
  /**
   * Settles whether Shipmate clones from there at all, without asking anybody.
   * @throws {UserError} with what to do instead.
   */
  requireAllowed(url: string): Promise<void>;
  /**
   * Fills `directory` with exactly `commit`, or with the commit of an annotated tag with that id; returns the commit.
   * @throws {UserError} when the commit does not exist, the URL or ref is refused, or the host denies access.
   */
  checkout(request: CheckoutRequest): Promise<CommitInfo>;
  /**
   * The commit that `ref` (branch, tag, full or abbreviated id, id of an annotated tag) names at the remote.
   * @throws {NotFoundError} when nothing has that name.
   */
  resolve(
    remote: GitRemote,
    ref: string,
    signal: AbortSignal,
  ): Promise<{ commit: string; kind: 'branch' | 'tag' | 'commit' }>;
  /**
   * Looks for `branch` at the remote, or without one for its default branch. `missing` has all branches there are, the
   * default branch first; none while the repository is empty.
   * @throws {UserError} as `resolve`, and for a repository that Shipmate cannot deploy.
   */
  findBranch(remote: GitRemote, branch: string | undefined, signal: AbortSignal): Promise<TrackedBranch>;
  /** Paths that differ between two commits, with `/` separators; undefined when `from` is not known to the remote. */
  changedPaths(remote: GitRemote, from: string, to: string, signal: AbortSignal): Promise<string[] | undefined>;
  /**
   * Subjects and bodies of the commits in `from..to`, newest first; undefined when `from` is not known to the remote.
   */
  messagesBetween(remote: GitRemote, from: string, to: string, signal: AbortSignal): Promise<string[] | undefined>;
  /** The commits between two; undefined when one of them is not known to the remote. */
  compare(remote: GitRemote, from: string, to: string, signal: AbortSignal): Promise<CommitComparison | undefined>;
}
