import { nixpacks } from './nixpacks.ts';
import type { Planner } from './planner.ts';
import { railpack } from './railpack.ts';

/** Used only where a person names one: they read the checkout on Shipmate's host, as its user. */
export const planners: readonly Planner[] = [railpack, nixpacks];
