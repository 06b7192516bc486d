import type { DatabaseEngine } from '../engine.ts';
import { dumpTool } from './dump.ts';
import { outside } from './outside.ts';
import { server } from './server.ts';

export const mongodb: DatabaseEngine = { ...server, dumpTool, outside };
