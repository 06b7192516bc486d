import type { KnownEventFromType } from '@slack/bolt';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import { strangerHome } from '../../replies/home-reply.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Origin } from '../../usecases/origin.ts';
import { identify } from '../../usecases/people/identify.ts';
import type { SlackApi } from './api.ts';
import { readLinked } from './linked.ts';
import { parsePageLink } from './page-links.ts';
import { workObjectDetails } from './work-object.ts';

/**
 * Shows one person the details of a work object that they opened, with the buttons that they may press. Somebody who
 * does not see the page learns only that there is nothing for them, whether it exists or not.
 */
export async function showEntityDetails(
  { api, deps, dispatcher }: { api: SlackApi; deps: Deps; dispatcher: Dispatcher },
  { app_unfurl_url: posted, entity_url: address, trigger_id: trigger }: KnownEventFromType<'entity_details_requested'>,
  origin: Origin,
): Promise<void> {
  const user = await identify(deps, origin);
  const link = parsePageLink(posted ?? address, deps.config.publicUrl);
  const linked = link && (await readLinked(link, { deps, read: dispatcher.read, user }));
  if (linked) return api.presentDetails({ trigger_id: trigger, metadata: workObjectDetails(linked) });
  const error = user
    ? { status: 'not_found' }
    : { status: 'custom', custom_title: strangerHome.title, custom_message: strangerHome.text };
  await api.presentDetails({ trigger_id: trigger, error });
}
