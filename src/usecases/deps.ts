import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { Git } from '../git/git.ts';
import type { Ingress } from '../ingress/ingress.ts';
import type { Logger } from '../logger.ts';
import type { Queue } from '../queue/queue.ts';
import type { Cipher } from '../secrets/cipher.ts';
import type { Swarm } from '../swarm/swarm.ts';

/** What use cases work with; made once in `app.ts`. Every use case is `(deps, ...) => Promise<...>`. */
export interface Deps {
  config: Config;
  database: Database;
  cipher: Cipher;
  git: Git;
  swarm: Swarm;
  ingress: Ingress;
  queue: Queue;
  logger: Logger;
}
