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

  interface RepositoryName {
    workspace: string;
    repo_slug: string;
  }

  export interface Webhook {
    uuid: string;
    url: string;
    active: boolean;
    events: string[];
    secret_set?: boolean;
  }

  interface WebhookBody {
    description: string;
    url: string;
    secret: string;
    active: boolean;
    events: string[];
  }

  export interface Repositories {
    listWebhooks(
      params: RepositoryName & { pagelen: number; page: string },
    ): Promise<{ data: { values?: Webhook[]; next?: string } }>;
    createWebhook(params: RepositoryName & { _body: WebhookBody }): Promise<{ data: Webhook }>;
    updateWebhook(params: RepositoryName & { uid: string; _body: WebhookBody }): Promise<unknown>;
    deleteWebhook(params: RepositoryName & { uid: string }): Promise<unknown>;
    createDeployKey(params: RepositoryName & { key: string; label: string }): Promise<{ data: { id: number } }>;
    deleteDeployKey(params: RepositoryName & { key_id: string }): Promise<unknown>;
    get(params: RepositoryName): Promise<unknown>;
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
