// Compares the entities with what the migrations make, on a throw-away server; fails with the SQL between them.
import { schemaDrift } from '../src/database/schema-drift.ts';
import { onThrowAwayDatabase } from './support/throw-away-database.ts';

const drift = await onThrowAwayDatabase(schemaDrift);
console.log(drift || 'the migrations match the entities');
if (drift) process.exitCode = 1;
