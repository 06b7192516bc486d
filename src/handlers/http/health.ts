import { Router } from 'express';
import type { Deps } from '../../usecases/deps.ts';
import { version } from '../../version.ts';
import { type Chat, readComponents, readWarnings } from './components.ts';

/** `/healthz` while the process lives; `/readyz` when everything it needs answers. A node's ingress is not needed for that. */
export function healthRoutes(
  deps: Pick<Deps, 'config' | 'database' | 'ingress' | 'leases' | 'queue' | 'replicaId' | 'swarm'>,
  chats: readonly Chat[],
): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok', version }));
  router.get('/readyz', async (_request, response) => {
    const components = [...(await readComponents(deps, chats)), ...(await readWarnings(deps))];
    const troubled = components.filter(({ why }) => why !== undefined);
    const ready = !troubled.some(({ needed }) => needed);
    const status = ready ? (troubled.length > 0 ? 'degraded' : 'ready') : 'not ready';
    const checks = Object.fromEntries(components.map(({ name, why }) => [name, why ?? 'ok']));
    response.status(ready ? 200 : 503).json({ status, checks });
  });
  return router;
}
