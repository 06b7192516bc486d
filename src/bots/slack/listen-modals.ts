import type { App } from '@slack/bolt';
import { formOfState, readSubmission, renderOutdated } from './modal.ts';
import { originOf } from './origin.ts';
import type { SlackContext } from './context.ts';
import { parseThread } from './thread-ref.ts';

/**
 * Answers a modal where it was asked for; a refusal that comes at once is shown in the modal. Takes modals of every
 * id, as one may stay open while Shipmate is upgraded.
 */
export function listenToModals(app: App, { api, conversation, dispatcher }: SlackContext): void {
  app.view({ type: 'view_submission' }, async ({ ack, body, context, view }) => {
    const submission = readSubmission(view);
    const form = submission && formOfState(dispatcher, submission.state);
    if (!submission || !form) return ack({ response_action: 'update', view: renderOutdated() });
    const { state, values } = submission;
    const thread = parseThread(state.thread);
    const origin = await originOf(api, context, body.user.id, thread, body.user.name);
    const asked = { line: state.line, origin, thread, responseUrl: state.responseUrl };
    const errors = await conversation.submit(asked, form, values);
    await (errors ? ack({ response_action: 'errors', errors }) : ack());
  });
}
