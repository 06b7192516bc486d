import { type NotificationEvent, notificationEvents } from '../../entities/notification-route.ts';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { anyOf } from '../../word-lists.ts';
import { closestName } from '../../closest-name.ts';

const groups: Record<string, readonly NotificationEvent[]> = {
  all: notificationEvents,
  deployments: ['started', 'succeeded', 'failed', 'rolled-back', 'approval'],
};

/**
 * Project and application, either with wildcards; all applications of a project that stands alone.
 * @throws {UsageError}
 */
export function parsePattern(text: string): string {
  const pattern = text.trim().toLowerCase();
  if (!/^[a-z0-9*-]{1,100}(\/[a-z0-9*-]{1,100})?$/.test(pattern)) {
    throw new UsageError(
      `${quoted(text)} is not a pattern. Examples: \`shop\`, \`shop/api\`, \`shop/*\`, \`*/api\`, \`*\`.`,
    );
  }
  return pattern.includes('/') ? pattern : `${pattern}/*`;
}

/** Events between commas, in their usual order. @throws {UsageError} */
export function eventsOf(text: string): NotificationEvent[] {
  const words = text
    .toLowerCase()
    .split(',')
    .map((word) => word.trim());
  const events = words.flatMap((word) => {
    const found = groups[word] ?? notificationEvents.filter((event) => event === word);
    if (found.length > 0) return found;
    const known = [...notificationEvents, ...Object.keys(groups)];
    const suggestion = closestName(word, known);
    const hint = suggestion ? ` Did you mean \`${suggestion}\`?` : '';
    throw new UsageError(`${quoted(word)} is not one of ${anyOf(known)}.${hint}`);
  });
  return notificationEvents.filter((event) => events.includes(event));
}
