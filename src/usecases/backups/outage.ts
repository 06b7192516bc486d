import { isDatabaseAway } from '../../database/database.ts';
import { EngineAwayError } from '../../swarm/engine-errors.ts';

/** With the pauses of the queue and of the schedule that takes rows up again, 5 to 10 minutes. */
const mostAttempts = 5;

/** Whether Docker or PostgreSQL went away, so that the row stays `running` and the work is begun again. */
export function isOutage(error: unknown, { attempts = 1 }: { attempts?: number }): boolean {
  if (isDatabaseAway(error)) return true;
  return attempts < mostAttempts && isEngineAway(error);
}

function isEngineAway(error: unknown): boolean {
  return error instanceof EngineAwayError || (error instanceof Error && isEngineAway(error.cause));
}
