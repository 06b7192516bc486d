import { type NextFunction, type Request, type Response, Router } from 'express';
import { NotFoundError } from '../../../errors.ts';
import type { Deps } from '../../../usecases/deps.ts';
import type { Outputs } from '../../../usecases/output/outputs.ts';
import type { OnUse } from '../../../on-use.ts';
import type { Dispatcher } from '../../dispatch.ts';
import { actionRoutes } from './actions.ts';
import { deploymentPage } from './deployment-page.ts';
import { eventRoutes } from './events.ts';
import { hostAppRoutes } from './host-app.ts';
import { logRoutes } from './log.ts';
import { outputPages } from './output/output-pages.ts';
import { outputStreams } from './output/output-streams.ts';
import { problemPage } from './problem-page.ts';
import { assets } from './render.ts';
import { signInRoutes } from './sign-in.ts';

/** A year, seconds: an asset's address changes with its content. */
const assetSeconds = 31_536_000;

/** What people open in a browser. @param stopping Aborts when Shipmate stops, which ends the pages' streams. */
export function pageRoutes(deps: Deps, dispatcher: OnUse<Dispatcher>, outputs: Outputs, stopping: AbortSignal): Router {
  const router = Router();
  router.get('/assets/:file', (request, response, next) => {
    const { file } = request.params;
    if (!isAsset(file)) return next();
    const { type, content } = assets[file];
    // An address without a version (a script imported by another one) does not identify its content.
    const kept = request.query['v'] === undefined ? 'no-cache' : `public, max-age=${assetSeconds}, immutable`;
    response.set('Cache-Control', kept).type(type).send(content);
  });
  router.use(signInRoutes(deps), eventRoutes(deps, stopping), logRoutes(deps), actionRoutes(deps, dispatcher));
  router.use(hostAppRoutes(deps));
  router.use(outputStreams(deps, outputs), outputPages(deps, dispatcher));
  router.get('/applications/:id', async (request, response) => {
    const { applicationPage } = await import('./application-page.ts');
    await applicationPage(deps, dispatcher, request, response);
  });
  router.get('/deployments/:id', deploymentPage(deps));
  router.get('/', async (request, response, next) => {
    const { overviewPage } = await import('./overview.ts');
    await overviewPage(deps)(request, response, next);
  });
  router.use(noSuchPage, problemPage(deps));
  return router;
}

/** A person who mistyped an address gets a page; programs get problem details. */
function noSuchPage(request: Request, _response: Response, next: NextFunction): void {
  const isBrowser = request.method === 'GET' && request.accepts(['json', 'html']) === 'html';
  next(isBrowser ? new NotFoundError('There is no page at this address.') : undefined);
}

function isAsset(file: string): file is keyof typeof assets {
  return Object.hasOwn(assets, file);
}
