import { type Request, type Response, Router } from 'express';
import { applicationName } from '../../../../usecases/applications/find-application.ts';
import type { Deps } from '../../../../usecases/deps.ts';
import { findOutput } from '../../../../usecases/output/find-output.ts';
import { outputPath, type OutputTarget } from '../../../../usecases/output/output-events.ts';
import type { OnUse } from '../../../../on-use.ts';
import type { Dispatcher } from '../../../dispatch.ts';
import { originOf } from '../../authenticate.ts';
import { sendPage } from '../render.ts';
import { requiredPerson, requireSameOrigin } from '../viewer.ts';
import { applicationTarget } from './output-streams.ts';

/** The page of a running log, `GET /applications/:id/log`, and that of a command, `GET /runs/:run`, with its end. */
export function outputPages(deps: Deps, dispatcher: OnUse<Dispatcher>): Router {
  const router = Router();

  async function show(request: Request, response: Response, target: OutputTarget): Promise<void> {
    const user = await requiredPerson(deps, request);
    const { application } = await findOutput(deps, user, target);
    const name = applicationName(application);
    const path = outputPath(target);
    const [under = '', query = ''] = path.split('?');
    sendPage(response, 'output', {
      title: 'run' in target ? `Command in ${name}` : `Log of ${name}`,
      user,
      here: path,
      application: { name, path: `/applications/${application.id}` },
      service: 'run' in target ? undefined : target.service,
      events: `${under}/events${query && `?${query}`}`,
      run: 'run' in target ? target.run.slice(-8) : undefined,
      cancel: 'run' in target ? `${under}/cancel` : undefined,
    });
  }

  router.get('/runs/:run', (request: Request<{ run: string }>, response) =>
    show(request, response, { run: request.params.run }),
  );
  router.get('/applications/:id/log', (request: Request<{ id: string }>, response) =>
    show(request, response, applicationTarget(request)),
  );
  router.post('/runs/:run/cancel', async (request: Request<{ run: string }>, response) => {
    requireSameOrigin(deps, request);
    const user = await requiredPerson(deps, request);
    const { run } = request.params;
    const { application } = await findOutput(deps, user, { run });
    const line = `cancel ${applicationName(application)} --run ${run.slice(-8)}`;
    const { execute } = await dispatcher();
    await execute({ line }, originOf(request, user), user);
    response.redirect(303, '/');
  });
  return router;
}
