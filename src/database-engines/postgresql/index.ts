import type { DatabaseEngine } from '../engine.ts';
import { accounts } from './accounts.ts';
import { dumpTool } from './dump.ts';
import { outside } from './outside.ts';
import { pointInTime } from './point-in-time.ts';
import { server } from './server.ts';

export const postgresql: DatabaseEngine = { ...server, dumpTool, outside, accounts, pointInTime };
