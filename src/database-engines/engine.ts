import type { Accounts } from './accounts.ts';
import type { DumpTool } from './dump-tool.ts';
import type { EngineServer } from './engine-server.ts';
import type { Outside } from './outside.ts';
import type { PointInTime } from './point-in-time.ts';
import type { Preparation } from './preparation.ts';

/** Everything Shipmate knows about one kind of database. */
export interface DatabaseEngine extends EngineServer {
  dumpTool: DumpTool;
  outside: Outside;
  /** Undefined: one account owns the server. */
  accounts?: Accounts;
  /** Absent where it cannot go back to any moment. */
  pointInTime?: PointInTime;
  /** Absent where a server may always be started with other settings. */
  preparation?: Preparation;
}
