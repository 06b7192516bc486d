import { Foundation } from './20261124000000-foundation.ts';

/** Every migration, oldest first. */
export const migrations = [{ name: '20261124000000-foundation', class: Foundation }];
