import { oneLine } from '../../harmless-text.ts';
import { ProgramError } from '../../swarm/containers/program-error.ts';
import type { DatabaseAccess } from './database-access.ts';
import { messageOf } from './failure-reason.ts';
import type { Toolbox } from './toolbox.ts';

/** Most kinds, and the longest names of one, to tell of. */
const maxKinds = 20;
const maxNames = 200;

/** What of a database's server a backup does not have, e.g. `2 other databases of the server: shop, test`. */
export async function surveyServer(toolbox: Toolbox, access: DatabaseAccess): Promise<string[]> {
  const tool = access.tool.survey?.(access.login, access.account);
  if (!tool) return [];
  try {
    return readSurvey(await toolbox.run(tool));
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    // A backup that may lack something is better than none.
    return [`perhaps more: the server could not be asked (${oneLine(messageOf(error, access)).slice(0, maxNames)})`];
  }
}

/** Reads what a survey prints: a label, how many, and names of some, with tabs between. */
export function readSurvey(printed: string): string[] {
  const found = printed.split('\n').flatMap((line) => {
    const [label = '', count = '', names = ''] = line.split('\t');
    if (!/^[1-9]\d*$/.test(count)) return [];
    const named = oneLine(names);
    const shown = named.length > maxNames ? `${named.slice(0, maxNames)}…` : named;
    return [`${count} ${oneLine(label)}${shown && `: ${shown}`}`];
  });
  return found.slice(0, maxKinds);
}
