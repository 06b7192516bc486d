// Retires everything old of the database at argv[2] into the folder argv[3]; for a bench that kills it.
import { folderArchive } from '../../src/archive/folder.ts';
import { connectDatabase } from '../../src/database/connect.ts';
import { archiveDeployments } from '../../src/usecases/retention/archive-deployments.ts';
import { deleteDeploymentLogs } from '../../src/usecases/retention/delete-deployment-logs.ts';
import { fakeDeps } from '../../test/support/fakes.ts';

const [, , url = '', folder = ''] = process.argv;
const database = await connectDatabase(url);
const deps = { ...fakeDeps(database), archive: folderArchive(folder) };
const run = { deps, now: new Date(), dryRun: false, signal: new AbortController().signal };
console.log('begins');
await archiveDeployments(run);
await deleteDeploymentLogs(run);
await database.close();
