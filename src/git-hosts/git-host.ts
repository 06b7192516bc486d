import type { ApiAdapter } from './adapter.ts';
import type { HostApps } from './host-app.ts';
import type { GitHostWebhook } from './webhook.ts';

/** Everything Shipmate knows about one git host. */
export interface GitHost {
  /** How people write its name, e.g. `GitHub`. */
  title: string;
  /** A label in the names of its servers: `github` recognises `github.com` and `github.acme.example`. */
  hostLabels: readonly string[];
  /** Names of servers that are this host's, whatever their labels say; also of those below them. */
  hostNames?: readonly string[];
  /** Its clone button writes the reader's account into https addresses. */
  namesAccount?: true;
  /** What webhooks call the repository at this path of a clone URL, which may begin with the path of the server. */
  repositoryIn(path: string): string;
  /** Its servers on the internet, which reach no private address. */
  publicServers: readonly string[];
  /** Whether it keeps a list of deliveries and sends them again when asked. */
  keepsDeliveries: boolean;
  /** Shows deployments by environment, to whose token may. */
  hasEnvironments?: true;
  webhook: GitHostWebhook;
  pages: GitHostPages;
  /** Where Shipmate can be an app of its own. */
  apps?: HostApps;
  /** Imports the client library on first use: most installations talk to one host or none. */
  loadApi(): Promise<ApiAdapter>;
}

/** The web pages of a git host. Paths are relative to the page of the repository. */
export interface GitHostPages {
  /** Path of the repository's page, where it is not the path of the clone URL; both relative to the server. */
  repositoryPath?(path: string): string;
  comparePath(from: string, to: string): string;
  commitPath(commit: string): string;
  /** Where people add a webhook, and what they select there. */
  webhookSteps: string;
  /** What a token needs to manage webhooks and deploy keys, e.g. ``the scope `api` ``. */
  tokenRights: string;
}
