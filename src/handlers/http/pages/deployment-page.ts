import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { NotFoundError } from '../../../errors.ts';
import { countLines, findFailure, readLogPage } from '../../../usecases/deployments/deployment-log-pages.ts';
import type { Deps } from '../../../usecases/deps.ts';
import type { Reply } from '../../../replies/reply.ts';
import { lineViews, pageLines, pagePath } from './log.ts';
import { sendPage } from './render.ts';
import { readState, renderState } from './state.ts';
import { audienceOf, type Viewing, viewingOf } from './viewer.ts';

/** Lines shown above the one in the URL. */
const linesAbove = 100;

const Query = z.object({
  /** The search text. */
  q: z.string().trim().max(200).catch(''),
  /** Lines around this one, or before it. */
  at: z.coerce.number().int().min(0).optional().catch(undefined),
  before: z.coerce.number().int().min(0).optional().catch(undefined),
});

/** `GET /deployments/:id` */
export function deploymentPage(deps: Deps): RequestHandler<{ id: string }> {
  return async (request, response) => sendDeploymentPage(deps, request, response, await viewingOf(deps, request));
}

/** @param notice The result of an action. */
export async function sendDeploymentPage(
  deps: Deps,
  request: Request<{ id: string }>,
  response: Response,
  viewing: Viewing,
  { notice, status = 200 }: { notice?: Reply; status?: number } = {},
): Promise<void> {
  const query = Query.parse(request.query);
  const source = await readState(deps, viewing.deployment.id);
  if (!source) throw new NotFoundError('There is no such deployment, or you cannot see it.');
  const state = renderState(audienceOf(viewing), source);
  const text = query.q === '' ? undefined : query.q;
  const asks = query.at !== undefined || query.before !== undefined || text !== undefined;
  const to = asks ? query.at : await findFailure(viewing.logs(), viewing.deployment);
  const page = await readPage(viewing, { at: to, before: query.before, text });
  const counts = await countLines(viewing.logs(), viewing.deployment.id, text);
  const first = page.lines[0]?.id;
  const last = page.lines.at(-1)?.id;
  const older =
    page.olderThan === undefined
      ? undefined
      : { before: String(page.olderThan), ...(text !== undefined && { q: text }) };
  sendPage(
    response,
    'deployment',
    {
      title: state.title,
      user: viewing.user,
      here: `/deployments/${viewing.deployment.id}`,
      state,
      notice,
      text,
      counts,
      lines: lineViews(viewing, page.lines, { text, to }),
      log: {
        first: first ?? 0,
        last: last ?? 0,
        older: page.olderThan !== undefined,
        newer: page.newer,
        // The stream starts here, whichever part of the log the page shows.
        newest: page.newer || text !== undefined ? await newestLogId(viewing) : (last ?? 0),
        query: new URLSearchParams(viewing.access).toString(),
        path: `/deployments/${viewing.deployment.id}`,
      },
      access: viewing.access,
      paths: {
        page: pagePath(viewing),
        raw: pagePath(viewing, {}, '/log'),
        older: older && pagePath(viewing, older),
      },
    },
    status,
  );
}

async function newestLogId({ deployment, logs }: Viewing): Promise<number> {
  return (await readLogPage(logs(), deployment.id, { limit: 1 })).lines[0]?.id ?? 0;
}

/** The newest lines, unless the URL asks for others. */
async function readPage(
  viewing: Viewing,
  { at, before, text }: { at?: number | undefined; before?: number | undefined; text: string | undefined },
) {
  const { id } = viewing.deployment;
  if (at === undefined || text !== undefined) {
    const page = await readLogPage(viewing.logs(), id, { before, text, limit: pageLines });
    return { lines: page.lines, olderThan: page.more ? page.lines[0]?.id : undefined, newer: before !== undefined };
  }
  const above = await readLogPage(viewing.logs(), id, { before: at, limit: linesAbove });
  const below = await readLogPage(viewing.logs(), id, { after: at - 1, limit: pageLines - linesAbove });
  const lines = [...above.lines, ...below.lines];
  return { lines, olderThan: above.more ? lines[0]?.id : undefined, newer: below.more };
}
