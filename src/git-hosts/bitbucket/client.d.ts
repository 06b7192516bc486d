/** What is used of the package. Its own types refer to a TypeScript source that this compiler's settings refuse. */
declare module 'bitbucket/lib/index.umd.js' {
  interface Options {
    baseUrl: string;
    auth: { token: string } | { username: string; password: string };
    /** Whether to print advertising. */
    notice: boolean;
    request: { fetch: (url: string, init?: RequestInit) => Promise<Response> };
  }

  interface CommitOf {
    workspace: string;
    repo_slug: string;
    commit: string;
  }

  interface BuildStatus {
    key?: string;
    name?: string;
    state?: 'SUCCESSFUL' | 'STOPPED' | 'INPROGRESS' | 'FAILED';
    description?: string;
    url?: string;
  }

  interface Repositories {
    createCommitBuildStatus(params: CommitOf & { _body: BuildStatus & { type: 'build' } }): Promise<unknown>;
    listCommitStatuses(
      params: CommitOf & { pagelen: number; page: string },
    ): Promise<{ data: { values?: BuildStatus[]; next?: string } }>;
  }

  interface RequestOf {
    workspace: string;
    repo_slug: string;
    pull_request_id: number;
    _body: { type: 'pullrequest_comment'; content: { raw: string } };
  }

  interface PullRequests {
    createComment(params: RequestOf): Promise<{ data: { id: number } }>;
    updateComment(params: RequestOf & { comment_id: number }): Promise<unknown>;
  }

  interface Workspaces {
    listPermissionsForRepository(params: {
      workspace: string;
      repo_slug: string;
      q: string;
    }): Promise<{ data: { values?: { permission?: string }[] } }>;
  }

  interface Bitbucket {
    repositories: Repositories;
    pullrequests: PullRequests;
    workspaces: Workspaces;
  }

  const client: { Bitbucket: new (options: Options) => Bitbucket };
  export default client;
}
