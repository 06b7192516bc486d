import type { App } from '@slack/bolt';
import { formOfState, modalId, readSubmission } from './modal.ts';
import { originOf } from './origin.ts';
import type { SlackContext } from './context.ts';
import { parseThread } from './thread-ref.ts';

/** What a modal made is answered where the modal was asked for; a refusal that comes at once is shown in the modal. */
export function listenToModals(app: App, { api, conversation, dispatcher }: SlackContext): void {
  app.view({ callback_id: modalId, type: 'view_submission' }, async ({ ack, body, context, view }) => {
    const { state, values } = readSubmission(view);
    const thread = parseThread(state.thread);
    const origin = await originOf(api, context, body.user.id, thread, body.user.name);
    const asked = { line: state.line, origin, thread, responseUrl: state.responseUrl };
    const form = formOfState(dispatcher, state);
    const errors = form && (await conversation.submit(asked, form, values));
    await (errors ? ack({ response_action: 'errors', errors }) : ack());
  });
}
