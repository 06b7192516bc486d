import type { Property } from '../property.ts';
import * as files from './files.ts';
import * as lines from './lines.ts';
import { notifications } from './notifications.ts';
import * as settings from './settings.ts';
import { repositoryNames, webhooks } from './webhooks.ts';

/** Everything that outsiders write, and what reads it. */
export const properties: readonly Property[] = [
  ...Object.values(lines),
  ...webhooks,
  repositoryNames,
  ...Object.values(files),
  ...Object.values(settings),
  notifications,
];
