import { applications } from './applications.ts';
import { people } from './people.ts';
import { promises } from './promises.ts';
import { resources } from './resources.ts';
import type { Statement } from './statement.ts';

/** Every statement of the Dokploy logical data model. */
export const statements: readonly Statement[] = [...people, ...applications, ...resources, ...promises];
