import type { DatabaseEngine } from '../engine.ts';
import { dumpTool } from './dump.ts';
import { outside } from './outside.ts';
import { preparation } from './persistence.ts';
import { server } from './server.ts';

export const redis: DatabaseEngine = { ...server, dumpTool, outside, preparation };
