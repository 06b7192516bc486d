import type { DatabaseType } from '../entities/managed-database.ts';
import type { DatabaseEngine } from './engine.ts';
import { mongodb } from './mongodb.ts';
import { mysql } from './mysql.ts';
import { postgresql } from './postgresql.ts';
import { redis } from './redis.ts';

const engines: Record<DatabaseType, DatabaseEngine> = { postgresql, mysql, mongodb, redis };

export function engineOf(type: DatabaseType): DatabaseEngine {
  return engines[type];
}
