import { once } from 'node:events';
import { Router } from 'express';
import { z } from 'zod';
import { type LogLine, type LogPage, readLogPage } from '../../../usecases/deployments/deployment-log-pages.ts';
import { applicationName } from '../../../usecases/applications/find-application.ts';
import { harmless } from '../../../harmless-text.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { shortId } from '../../../replies/short-id.ts';
import { render } from './render.ts';
import { type Audience, viewingOf } from './viewer.ts';

/** Lines on a page, and in each part loaded later. */
export const pageLines = 500;
/** Lines of a raw log per read. */
const rawLines = 5_000;

const LineId = z.coerce.number().int().min(0).optional().catch(undefined);

/** Which deployment's page, and with which access. */
type PagePlace = Pick<Audience, 'access' | 'deployment'>;

/** Part of the log as rendered, and the lines it lies between. */
export interface LinesFragment {
  html: string;
  first: number | undefined;
  last: number | undefined;
  count: number;
  more: boolean;
}

/** `GET /deployments/:id/lines` gives more of the log to the page's script, `GET /deployments/:id/log` all of it as text. */
export function logRoutes(deps: Deps): Router {
  const router = Router();
  router.get('/deployments/:id/lines', async (request, response) => {
    const viewing = await viewingOf(deps, request);
    const query = { before: LineId.parse(request.query['before']), after: LineId.parse(request.query['after']) };
    const page = await readLogPage(viewing.logs(), viewing.deployment.id, { ...query, limit: pageLines });
    response.json(linesFragment(viewing, page));
  });

  router.get('/deployments/:id/log', async (request, response) => {
    const { deployment, logs } = await viewingOf(deps, request);
    const name = `${applicationName(deployment.application).replace('/', '-')}-${shortId(deployment.id)}.log`;
    response.attachment(name).type('text/plain');
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    let after = 0;
    for (let more = true; more && !gone.signal.aborted;) {
      // Each part has its own transaction, so that a slow reader holds no connection.
      const page = await readLogPage(logs(), deployment.id, { after, limit: rawLines });
      after = page.lines.at(-1)?.id ?? after;
      ({ more } = page);
      // Many read it with curl, in a terminal that would obey what a build printed.
      const flushed = response.write(page.lines.map(({ message }) => `${harmless(message)}\n`).join(''));
      if (!flushed) await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
    }
    response.end();
  });
  return router;
}

export function linesFragment(at: PagePlace, { lines, more }: LogPage): LinesFragment {
  return {
    html: render('lines', { lines: lineViews(at, lines) }),
    first: lines[0]?.id,
    last: lines.at(-1)?.id,
    count: lines.length,
    more,
  };
}

/** @param text The search text to mark. @param to The line in the URL. */
export function lineViews(
  page: PagePlace,
  lines: LogLine[],
  { text, to }: { text?: string | undefined; to?: number | undefined } = {},
) {
  return lines.map(({ at, id, level, message }) => ({
    id,
    level,
    href: `${pagePath(page, { at: String(id) })}#L${id}`,
    when: at === null ? undefined : new Date(at).toISOString().slice(11, 19),
    named: id === to,
    reachable: text !== undefined,
    parts: marked(harmless(message), text),
  }));
}

/** The page's URL with other parameters; keeps the signature of a link from chat. */
export function pagePath({ access, deployment }: PagePlace, params: Record<string, string> = {}, under = ''): string {
  const query = new URLSearchParams({ ...access, ...params }).toString();
  return `/deployments/${deployment.id}${under}${query && `?${query}`}`;
}

function marked(message: string, text: string | undefined): { text: string; found: boolean }[] {
  if (!text) return [{ text: message, found: false }];
  const literal = text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return message
    .split(new RegExp(`(${literal})`, 'giu'))
    .map((part, at) => ({ text: part, found: at % 2 === 1 }))
    .filter((part) => part.text !== '');
}
