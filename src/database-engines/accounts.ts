import type { ToolRun } from './dump-tool.ts';
import type { Server } from './engine-server.ts';

/** An engine whose servers have two accounts: the application's, which owns its database, and one that administers. */
export interface Accounts {
  /** Name of the account that administers: backups, restores and drills sign in as it. */
  administrator: string;
  /**
   * Brings the accounts of a server to what they are to be, whatever it was created with or restored from: the
   * application's account owns its database and everything that the administrator owns in it, and is no superuser.
   * Idempotent, also after being killed anywhere; sessions go on.
   */
  settle(server: Server, host: string): ToolRun;
}
