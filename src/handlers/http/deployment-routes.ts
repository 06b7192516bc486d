import { Router } from 'express';
import { z } from 'zod';
import { isFinished } from '../../entities/deployment.ts';
import type { Deps } from '../../usecases/deps.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { readDeployment, readLogAfter, readRunning } from '../../usecases/deployments/read-deployments.ts';
import { readDeploymentView } from '../../usecases/deployments/read-deployment-view.ts';
import { deploymentReply } from '../../replies/deployment-reply.ts';
import { deploymentData } from '../../replies/deployment-words.ts';
import { userOf } from './authenticate.ts';
import { sendProblem } from './problem.ts';

const Id = z.uuid();
const After = z.coerce.number().int().min(0).default(0);

/**
 * `GET /api/deployments`: those that have not ended.
 * `GET /api/deployments/:id?after=<log id>`: a deployment's progress, with the log lines after that one.
 * `GET /api/deployments/:id/message`: the message that shows it in chat.
 */
export function deploymentRoutes(deps: Deps): Router {
  const router = Router();
  router.get('/api/deployments', async (request, response) => {
    const running = await readRunning(deps, await userOf(deps, request));
    response.json({
      running: running.map((one) => ({
        application: applicationName(one.application),
        deployment: deploymentData(one),
      })),
    });
  });
  router.get('/api/deployments/:id', async (request, response) => {
    const user = await userOf(deps, request);
    const id = Id.safeParse(request.params.id);
    const after = After.safeParse(request.query['after']);
    if (!id.success) return sendProblem(response, 404, 'That is not a deployment id.');
    if (!after.success) return sendProblem(response, 400, '`after` has to be the id of a log line.');
    const deployment = await readDeployment(deps, user, id.data);
    const lines = await readLogAfter(deps, user, { deployment, after: after.data });
    response.json({
      application: applicationName(deployment.application),
      deployment: deploymentData(deployment),
      finished: isFinished(deployment),
      log: lines.map(({ id: lineId, level, message, createdAt }) => ({ id: lineId, level, message, at: createdAt })),
    });
  });
  router.get('/api/deployments/:id/message', async (request, response) => {
    const user = await userOf(deps, request);
    const id = Id.safeParse(request.params.id);
    if (!id.success) return sendProblem(response, 404, 'That is not a deployment id.');
    const deployment = await readDeployment(deps, user, id.data);
    const view = await readDeploymentView(deps, deployment.id);
    if (!view) return sendProblem(response, 404, 'There is no such deployment any more.');
    response.json({ finished: isFinished(view.deployment), message: deploymentReply(view) });
  });
  return router;
}
