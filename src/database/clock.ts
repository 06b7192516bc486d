/** Of `Database`. */
interface Queries {
  querySystem<Row>(text: string, values: readonly unknown[]): Promise<Row[]>;
}

/** PostgreSQL's time, which rows hold: this machine's may be another. */
export async function databaseNow({ querySystem }: Queries): Promise<Date> {
  const [row] = await querySystem<{ now: Date }>('select clock_timestamp() as now', []);
  return row?.now ?? new Date();
}

/** How far PostgreSQL's clock is ahead of this machine's, milliseconds; behind is negative. */
export async function clockSkewMs(database: Queries): Promise<number> {
  const asked = Date.now();
  const there = await databaseNow(database);
  return there.getTime() - (asked + Date.now()) / 2;
}
