import type { Request, Response } from 'express';
import { z } from 'zod';
import type { User } from '../../../entities/user.ts';
import { ConflictError, UsageError, UserError } from '../../../errors.ts';
import type { OnUse } from '../../../on-use.ts';
import type { Action, Reply } from '../../../replies/reply.ts';
import { outputPath } from '../../../usecases/output/output-events.ts';
import { refusalOf } from '../../constraint-sentences.ts';
import type { Form } from '../../command-form.ts';
import type { Dispatcher } from '../../dispatch.ts';
import { originOf } from '../authenticate.ts';
import { httpStatusOf } from '../problem.ts';
import { sendPage } from './render.ts';

/** Of a form, bytes. */
export const formBytes = 200 * 1024;

/** `line` names an action; its form's values come as `field.<name>`. */
const Press = z
  .object({ line: z.string().max(10_000), confirmed: z.string().optional() })
  .catchall(z.string().max(100_000));

/** A page with buttons. */
export interface PressedPage {
  user: User | undefined;
  /** What the page offers now. */
  offered(): Promise<readonly Action[]>;
  /** Shows the page again, with what came of it. */
  show(result: { notice: Reply; status?: number }): Promise<void>;
  /** The deployment that the page is about. */
  deploymentId?: string;
}

/** Runs a button of a page as the person: asks first where it has to, and shows what came of it, or why not. */
export async function press(
  dispatcher: OnUse<Dispatcher>,
  request: Request,
  response: Response,
  page: PressedPage,
): Promise<void> {
  try {
    await run(dispatcher, request, response, page);
  } catch (error) {
    const shown = refusalOf(error) ?? error;
    if (!(shown instanceof UserError)) throw error;
    await page.show({ notice: { tone: 'danger', text: shown.message }, status: httpStatusOf(shown) });
  }
}

async function run(
  dispatcher: OnUse<Dispatcher>,
  request: Request,
  response: Response,
  page: PressedPage,
): Promise<void> {
  const pressed = Press.safeParse(request.body ?? {});
  if (!pressed.success) throw new UsageError('The form is incomplete, or a field is too long. Open the page again.');
  const { line, confirmed, ...rest } = pressed.data;
  const action = await currentAction(page, line);
  const { execute, read } = await dispatcher();
  const { formOf, secretForm } = await import('../../command-form.ts');
  const { giveSecrets } = await import('../../command-request.ts');
  const asked = read({ line });
  const form = action.form ? formOf(asked) : undefined;
  const values = postedFields(rest);
  const ask = (question: { form?: Form; question?: string | undefined }) =>
    sendPage(response, 'ask', {
      title: action.label,
      user: page.user,
      here: request.path,
      action,
      line,
      ...question,
    });
  if (form && !values) return ask({ form });
  if (action.confirm && !form && confirmed === undefined) return ask({ question: action.confirm });
  const given = form && values ? form.submit(values) : giveSecrets(asked, values ?? {});
  const reply = await execute(given, originOf(request, page.user), page.user);
  if (reply.asks) return ask({ form: secretForm(line, reply.asks) });
  const next = pathAfter(reply, page);
  if (next !== undefined) return response.redirect(303, next);
  await page.show({ notice: reply });
}

/** Accepts only actions that the page offers now: pages go stale, and a button is not a console. */
async function currentAction(page: PressedPage, line: string): Promise<Action> {
  const action = (await page.offered()).find(({ command }) => command === line);
  if (action) return action;
  throw new ConflictError('This action is no longer possible. The page shows the current state.');
}

/** Where the result is seen as it happens. */
function pathAfter({ deploymentId, follow }: Reply, page: PressedPage): string | undefined {
  if (deploymentId !== undefined && deploymentId !== page.deploymentId) return `/deployments/${deploymentId}`;
  return follow && 'run' in follow ? outputPath({ run: follow.run }) : undefined;
}

function postedFields(posted: Record<string, string>): Record<string, string> | undefined {
  const fields = Object.entries(posted).flatMap(([key, value]) =>
    key.startsWith('field.') ? [[key.slice('field.'.length), value] as const] : [],
  );
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}
