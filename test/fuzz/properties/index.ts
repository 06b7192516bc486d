import type { Property } from '../property.ts';
import * as files from './files.ts';
import * as lines from './lines.ts';
import { notificationRoutes, notifications } from './notifications.ts';
import * as settings from './settings.ts';
import { otherEvents, repositoryNames, webhooks } from './webhooks.ts';

/** Everything that outsiders write, and what reads it. */
export const properties: readonly Property[] = [
  ...Object.values(lines),
  ...webhooks,
  ...otherEvents,
  repositoryNames,
  ...Object.values(files),
  ...Object.values(settings),
  notifications,
  notificationRoutes,
];
