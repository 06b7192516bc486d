import type { DatabaseType } from '../entities/managed-database.ts';
import type { DatabaseEngine } from './engine.ts';
import { mongodb } from './mongodb/index.ts';
import { mysql } from './mysql/index.ts';
import { postgresql } from './postgresql/index.ts';
import { redis } from './redis/index.ts';

export const databaseEngines: Readonly<Record<DatabaseType, DatabaseEngine>> = { postgresql, mysql, mongodb, redis };
