import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { UnauthenticatedError } from '../../../errors.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { deploymentReply } from '../../../replies/deployment-reply.ts';
import { readDeploymentView } from '../../../usecases/deployments/read-deployment-view.ts';
import type { OnUse } from '../../../on-use.ts';
import type { Dispatcher } from '../../dispatch.ts';
import { sendDeploymentPage } from './deployment-page.ts';
import { formBytes, press } from './press.ts';
import { requiredPerson, requireSameOrigin, type Viewing, viewingOf } from './viewer.ts';

/** `POST /deployments/:id` and `POST /applications/:id`: run a button of the page as the signed-in person. */
export function actionRoutes(deps: Deps, dispatcher: OnUse<Dispatcher>): Router {
  const router = Router();
  const body = express.urlencoded({ extended: false, limit: formBytes, inflate: false });
  const viewings = new WeakMap<Request<{ id: string }>, Viewing>();

  /** Before the body is read: it is that of a person who is signed in. */
  async function signedIn(request: Request<{ id: string }>, _response: Response, next: NextFunction): Promise<void> {
    requireSameOrigin(deps, request);
    const viewing = await viewingOf(deps, request);
    if (!viewing.user) throw new UnauthenticatedError('This link only shows the deployment. Sign in to act on it.');
    viewings.set(request, viewing);
    next();
  }

  async function somebody(request: Request<{ id: string }>, _response: Response, next: NextFunction): Promise<void> {
    requireSameOrigin(deps, request);
    await requiredPerson(deps, request);
    next();
  }

  router.post('/deployments/:id', signedIn, body, async (request: Request<{ id: string }>, response) => {
    const viewing = viewings.get(request) ?? (await viewingOf(deps, request));
    const { id } = viewing.deployment;
    await press(dispatcher, request, response, {
      user: viewing.user,
      deploymentId: id,
      async offered() {
        const view = await readDeploymentView(deps, id);
        return (view && deploymentReply(view).actions) ?? [];
      },
      show: (result) => sendDeploymentPage(deps, request, response, viewing, result),
    });
  });

  router.post('/applications/:id', somebody, body, async (request: Request<{ id: string }>, response) => {
    const user = await requiredPerson(deps, request);
    const { applicationActions, everyAction } = await import('../../../replies/application-actions.ts');
    const { readApplication } = await import('../../../usecases/overview/read-application.ts');
    const { sendApplicationPage } = await import('./application-page.ts');
    const details = await readApplication(deps, user, request.params.id);
    await press(dispatcher, request, response, {
      user,
      offered: async () => everyAction(applicationActions(details)),
      show: (result) => sendApplicationPage(deps, dispatcher, { id: request.params.id, user }, response, result),
    });
  });
  return router;
}
