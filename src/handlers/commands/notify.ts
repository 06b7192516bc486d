import { mentionLevels, type NotificationRoute, severities } from '../../entities/notification-route.ts';
import {
  addNotificationRoute,
  listNotificationRoutes,
  removeNotificationRoute,
  routeFacts,
} from '../../usecases/notifications/notification-routes.ts';
import { formatPlanned } from '../../units/times.ts';
import { defineCommand } from '../command.ts';
import { choice, named, optional, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';

export const notifyAdd = defineCommand({
  name: 'notify add',
  summary: 'Subscribe a channel to events of a project or of applications',
  role: 'developer',
  answers: 'channel',
  options: {
    pattern: text('Project, application, or a pattern: `shop`, `shop/*`, `*/api`, `*`'),
    events: text('Events with commas, e.g. `failed,approval`; `deployments` and `all` are groups'),
    channel: optional(text('Channel, or `here` (default)')),
    severity: optional(named(choice('Lowest severity to deliver (default `info`)', severities))),
    mentions: optional(
      named(choice('Whom failures mention (default `people`: who asked and the author)', mentionLevels)),
    ),
    quiet: optional(named(text('Hours when only `danger` is delivered, e.g. `22:00-07:00`'))),
    digest: optional(named(text('Schedule of digests, e.g. `daily@08:30` (default `weekly@mon@09:00`)'))),
    zone: optional(named(text('Time zone of the quiet hours and of the digest (default `UTC`)'))),
  },
  form: ['pattern', 'events', 'channel', 'digest', 'zone'],
  examples: [
    'notify add shop deployments here',
    'notify add shop/* failed,rolled-back,unhealthy --quiet 22:00-07:00 --zone Europe/Berlin',
    'notify add shop digest --digest daily@08:30 --zone Europe/Berlin',
  ],
  async run(
    { deps, user, origin },
    { channel = 'here', mentions = 'people', severity = 'info', zone = 'UTC', ...request },
  ) {
    const { route, unchecked } = await addNotificationRoute(deps, {
      ...request,
      channel,
      mentions,
      severity,
      zone,
      user,
      origin,
    });
    return {
      tone: 'success',
      text: [
        `${where(route)} is notified about \`${route.pattern}\`: ${route.events.join(', ')}.`,
        ...(route.digestDueAt ? [`The first digest comes at ${formatPlanned(route.digestDueAt, route.zone)}.`] : []),
        ...(unchecked === undefined ? [] : [`Whether I may write there is not checked: ${unchecked}.`]),
      ].join('\n'),
      actions: [{ label: 'Remove', command: `notify remove ${shortId(route.id)}`, style: 'danger' }],
      data: routeData(route),
    };
  },
});

export const notifyList = defineCommand({
  name: 'notify list',
  summary: 'List the channels that get notifications',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {},
  async run({ deps, user }) {
    const routes = await listNotificationRoutes(deps, user);
    if (routes.length === 0) {
      return {
        tone: 'info',
        text: 'No channel gets notifications yet. Add one: `notify add <project> deployments here`.',
        data: [],
      };
    }
    return {
      tone: 'info',
      title: 'Notifications',
      table: {
        columns: ['Id', 'Where', 'What', 'Events', 'From', 'Mentions', 'Quiet', 'Digest'],
        rows: routes.map((route) => [
          shortId(route.id),
          where(route),
          route.pattern,
          route.events.join(', '),
          route.severity,
          route.mentions,
          route.quiet ? `${route.quiet} ${route.zone}` : '',
          route.digest ? `${route.digest} ${route.zone}` : '',
        ]),
      },
      data: routes.map(routeData),
    };
  },
});

export const notifyRemove = defineCommand({
  name: 'notify remove',
  summary: 'Stop notifying a channel',
  role: 'developer',
  answers: 'channel',
  options: { id: text('Id of the notification route, or its prefix') },
  examples: ['notify remove 3f2c1ab4'],
  async run({ deps, user, origin }, { id }) {
    const route = await removeNotificationRoute(deps, { id, user, origin });
    return {
      tone: 'success',
      text: `${where(route)} is no longer notified about \`${route.pattern}\`.`,
      data: routeData(route),
    };
  },
});

/** In the form that the platform turns into a link. */
function where({ platform, channel }: NotificationRoute): string {
  return platform === 'console' ? 'The console' : `${platform} ${channel}`;
}

function routeData(route: NotificationRoute): Record<string, unknown> {
  const { digest = null, quiet = null, ...facts } = routeFacts(route);
  return { ...facts, quiet, digest };
}
