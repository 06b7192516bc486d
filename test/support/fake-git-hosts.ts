import type { GitProvider } from '../../src/entities/git-provider.ts';
import type { CommitCheck, CommitState } from '../../src/git-hosts/api.ts';

/** A status as it was received, in the words of `GitHost`. */
export interface ReceivedStatus {
  repository: string;
  commit: string;
  state: CommitState;
  context: string;
  description: string;
  targetUrl: string | undefined;
}

export interface Refusal {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** The status APIs of the git hosts; what they would refuse, it refuses as they do. */
export interface FakeGitHosts extends AsyncDisposable {
  url: string;
  /** Address of the API, for hosts whose clone URL does not tell it. */
  addresses: Partial<Record<GitProvider, string>>;
  token: string;
  received: ReceivedStatus[];
  checks: CommitCheck[];
  /** Texts by the comment's id. */
  comments: Map<string, string>;
  /** Who may push, by what the host's API knows them by. */
  members: Set<string>;
  /** Requests so far, refused ones too. */
  requests(): number;
  /** Every request is answered like this until it is undefined again; `hang` never. */
  answer: Refusal | 'hang' | undefined;
  /** Where 301 leads to, as after a repository was renamed: below `/moved` of this address ('' is this host). */
  movedTo: string | undefined;
}

/** A request as a dialect sees it. */
export interface HostRequest {
  method: string;
  url: URL;
  body: Record<string, unknown>;
}
