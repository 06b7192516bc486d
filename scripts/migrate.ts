// `npm run migrate`, and `npm run migrate:down`; both take what `shipmate migrate` takes.
import { migrateDatabase } from '../src/migrate-database.ts';
import { reportUserErrors } from './support/report-user-errors.ts';

await reportUserErrors(() => migrateDatabase(process.argv.slice(2), process.env, (line) => console.log(line)));
