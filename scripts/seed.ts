// `npm run seed`: the data model's sample rows, to try things out. A second run changes nothing.
import { randomBytes } from 'node:crypto';
import { loadConfig } from '../src/config.ts';
import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { createCipher } from '../src/secrets/aes-gcm.ts';
import { loadKeys } from '../src/secrets/key-file.ts';
import { hashPassword } from '../src/secrets/password.ts';
import { loadSamples } from './seed/load-samples.ts';
import { onConfiguredDatabase } from '../src/configured-database.ts';
import { reportUserErrors } from './support/report-user-errors.ts';

await reportUserErrors(async () => {
  const config = loadConfig();
  const cipher = createCipher(await loadKeys(config.secretKeys, config.dataDir));
  // Nobody else's installation has the same.
  const password = randomBytes(10).toString('hex');
  const loaded = await onConfiguredDatabase(config, async (url) => {
    await migrate(url);
    const database = await connectDatabase(url);
    try {
      return await loadSamples(database, cipher, await hashPassword(password));
    } finally {
      await database.close();
    }
  });
  if (!loaded) return console.log('seed: the sample rows already exist');
  console.log('seed: created my-saas-app/api-service with its database, deployment, log and audit row');
  console.log(`seed: sign in as its owner with \`login john_doe --password\`; the password is ${password}`);
  console.log(
    'seed: run `npm start`, then `status my-saas-app/api-service`. Nothing runs on Swarm until you deploy it.',
  );
});
