import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { ConflictError, UnauthenticatedError, UsageError, UserError } from '../../../errors.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { deploymentReply } from '../../../replies/deployment-reply.ts';
import { readDeploymentView } from '../../../usecases/deployments/read-deployment-view.ts';
import type { OnUse } from '../../../on-use.ts';
import type { Dispatcher } from '../../dispatch.ts';
import { refusalOf } from '../../constraint-sentences.ts';
import type { Form } from '../../command-form.ts';
import type { Action } from '../../../replies/reply.ts';
import { originOf } from '../authenticate.ts';
import { httpStatusOf } from '../problem.ts';
import { sendDeploymentPage } from './deployment-page.ts';
import { sendPage } from './render.ts';
import { requireSameOrigin, type Viewing, viewingOf } from './viewer.ts';

/** Of a form, bytes. */
export const formBytes = 200 * 1024;

/** `line` names an action; its form's values come as `field.<name>`. */
const Press = z
  .object({ line: z.string().max(10_000), confirmed: z.string().optional() })
  .catchall(z.string().max(100_000));

/** `POST /deployments/:id`: runs a button of the page as the signed-in person. */
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

  router.post('/deployments/:id', signedIn, body, async (request: Request<{ id: string }>, response) => {
    const viewing = viewings.get(request) ?? (await viewingOf(deps, request));
    try {
      await press(request, response, viewing);
    } catch (error) {
      const shown = refusalOf(error) ?? error;
      if (!(shown instanceof UserError)) throw error;
      const notice = { tone: 'danger', text: shown.message } as const;
      await sendDeploymentPage(deps, request, response, viewing, { notice, status: httpStatusOf(shown) });
    }
  });

  async function press(request: Request<{ id: string }>, response: Response, viewing: Viewing): Promise<void> {
    const pressed = Press.safeParse(request.body ?? {});
    if (!pressed.success) throw new UsageError('The form is incomplete, or a field is too long. Open the page again.');
    const { line, confirmed, ...rest } = pressed.data;
    const action = await currentAction(viewing, line);
    const { execute, read } = await dispatcher();
    const { formOf, secretForm } = await import('../../command-form.ts');
    const { giveSecrets } = await import('../../command-request.ts');
    const asked = read({ line });
    const form = action.form ? formOf(asked) : undefined;
    const values = postedFields(rest);
    const ask = (question: { form?: Form; question?: string | undefined }) =>
      sendPage(response, 'ask', {
        title: action.label,
        user: viewing.user,
        here: request.path,
        action,
        line,
        ...question,
      });
    if (form && !values) return ask({ form });
    if (action.confirm && !form && confirmed === undefined) return ask({ question: action.confirm });
    const given = form && values ? form.submit(values) : giveSecrets(asked, values ?? {});
    const reply = await execute(given, originOf(request, viewing.user), viewing.user);
    if (reply.asks) return ask({ form: secretForm(line, reply.asks) });
    const next = reply.deploymentId;
    if (next && next !== viewing.deployment.id) return response.redirect(303, `/deployments/${next}`);
    await sendDeploymentPage(deps, request, response, viewing, { notice: reply });
  }

  /** Accepts only actions that the page offers now: pages go stale, and a button is not a console. */
  async function currentAction(viewing: Viewing, line: string): Promise<Action> {
    const view = await readDeploymentView(deps, viewing.deployment.id);
    const action = view && deploymentReply(view).actions?.find(({ command }) => command === line);
    if (action) return action;
    throw new ConflictError('This action is no longer possible. The page shows the current state.');
  }
  return router;
}

function postedFields(posted: Record<string, string>): Record<string, string> | undefined {
  const fields = Object.entries(posted).flatMap(([key, value]) =>
    key.startsWith('field.') ? [[key.slice('field.'.length), value] as const] : [],
  );
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}
