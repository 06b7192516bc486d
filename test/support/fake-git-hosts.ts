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

/** A webhook in the words of all hosts; the secret is what it signs with. */
export interface KeptWebhook {
  id: string;
  repository: string;
  url: string;
  secret: string | undefined;
  events: string[];
  active: boolean;
  /** Other than JSON. */
  isForm?: boolean;
  /** Of branches that it tells about, where the host has such a thing; none: all. */
  filter?: string | undefined;
}

/** An attempt to deliver; `status` is 0 when nobody answered. */
export interface KeptAttempt {
  id: number;
  hook: string;
  delivery: string;
  status: number;
}

export interface KeptKey {
  id: string;
  repository: string;
  title: string;
  key: string;
  readOnly: boolean;
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
  webhooks: KeptWebhook[];
  /** The oldest first. */
  attempts: KeptAttempt[];
  /** Ids of the attempts that were asked for again. */
  sentAgain: number[];
  deployKeys: KeptKey[];
  /** What the token may do. Without a right to administer, the answer is `lacking`; without `read`, always 404. */
  rights: { read: boolean; webhooks: boolean; keys: boolean; lacking: 403 | 404 };
  /** Requests that were done, e.g. `POST /api/v3/repos/acme/api/hooks`. */
  log: string[];
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
