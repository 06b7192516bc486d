import type { MattermostApi } from './api.ts';
import { MattermostError } from './rest.ts';

/**
 * Edits messages. A server answers that the bot may not edit what is not there any more, so it is asked which of the two it
 * is.
 */
export function createEdits(api: MattermostApi): Pick<MattermostApi, 'edit'> {
  return {
    async edit(ref, message, options) {
      try {
        await api.edit(ref, message, options);
      } catch (error) {
        if (error instanceof MattermostError && error.status === 403)
          await api.rest.call('GET', `/posts/${ref.message}`);
        throw error;
      }
    },
  };
}
