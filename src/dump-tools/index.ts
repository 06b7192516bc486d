import type { DatabaseType } from '../entities/managed-database.ts';
import type { DumpTool } from './dump-tool.ts';
import { mongodbTool } from './mongodb.ts';
import { mysqlTool } from './mysql.ts';
import { postgresqlTool } from './postgresql.ts';
import { redisTool } from './redis.ts';

const tools: Record<DatabaseType, DumpTool> = {
  postgresql: postgresqlTool,
  mysql: mysqlTool,
  mongodb: mongodbTool,
  redis: redisTool,
};

export function dumpToolOf(type: DatabaseType): DumpTool {
  return tools[type];
}
