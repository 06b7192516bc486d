import type { DatabaseType } from '../entities/managed-database.ts';
import type { DatabaseEngine } from './engine.ts';
import { mongodbDumpTool } from './mongodb/dump.ts';
import { mongodbServer } from './mongodb/server.ts';
import { mysqlDumpTool } from './mysql/dump.ts';
import { mysqlServer } from './mysql/server.ts';
import { postgresqlDumpTool } from './postgresql/dump.ts';
import { postgresqlServer } from './postgresql/server.ts';
import { redisDumpTool } from './redis/dump.ts';
import { redisServer } from './redis/server.ts';

const engines: Record<DatabaseType, DatabaseEngine> = {
  postgresql: { ...postgresqlServer, dumpTool: postgresqlDumpTool },
  mysql: { ...mysqlServer, dumpTool: mysqlDumpTool },
  mongodb: { ...mongodbServer, dumpTool: mongodbDumpTool },
  redis: { ...redisServer, dumpTool: redisDumpTool },
};

export function engineOf(type: DatabaseType): DatabaseEngine {
  return engines[type];
}
