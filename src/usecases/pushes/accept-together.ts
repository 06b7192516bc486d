import { executeSql, type EntityManager } from '../../database/database.ts';
import { selectFreezes } from '../deployments/hold/deployment-hold.ts';
import { freezeAt, type FreezeTimes } from '../deployments/hold/freeze-schedule.ts';
import type { Deps } from '../deps.ts';
import { acceptDeliveriesWithin, type OrdinaryDelivery } from './accept-deliveries.ts';
import { deliveryOutcome, type Planned } from './delivery.ts';
import type { WebhookSource } from './webhook-source.ts';

/**
 * Stores the delivery with the deployments of those applications that nothing holds back, in one statement however many
 * they are: what is locked, protected or waits for checks is looked at by itself, and holds up none of the others.
 * Undefined when nothing was stored. The caller has locked the rows of the applications.
 */
export async function acceptTogether(
  deps: Deps,
  em: EntityManager,
  { reasons, ...delivery }: Pick<OrdinaryDelivery, 'delivery' | 'push' | 'planned'> & { reasons: string[] },
  sources: WebhookSource[],
): Promise<Planned[] | 'duplicate' | undefined> {
  const signer = signerOf(delivery, sources);
  if (!signer || !deps.queue.enqueuesInSql) return undefined;
  const frozen = await readFreezes(em, delivery.planned);
  const planned = usual(delivery.planned).filter(({ source }) => frozen.get(source.application.id) === false);
  if (planned.length < 2) return undefined;
  const outcome = deliveryOutcome(delivery.delivery, planned, reasons);
  const [verdict] = await acceptDeliveriesWithin(em, deps, [
    { ...delivery, planned: planned.map((one) => ({ ...one, thawed: true })), outcome, signer },
  ]);
  if (verdict !== 'stored') return verdict === 'duplicate' ? verdict : undefined;
  await addNotes(em, planned);
  return planned;
}

function signerOf({ delivery }: Pick<OrdinaryDelivery, 'delivery'>, sources: WebhookSource[]) {
  return sources.find(({ id }) => id === delivery.signedBy);
}

/** Those that wait for nobody, and whose application gets nothing else by the same push. */
function usual(planned: Planned[]): Planned[] {
  const perApplication = new Map<string, number>();
  for (const { source } of planned) {
    const { id } = source.application;
    perApplication.set(id, (perApplication.get(id) ?? 0) + 1);
  }
  return planned.filter(({ source: { application } }) => {
    const { checks, protected: isProtected } = application.sourceConfig;
    return !isProtected && checks !== 'required' && perApplication.get(application.id) === 1;
  });
}

/** Of applications that no lock holds back, whether a freeze does. */
async function readFreezes(em: EntityManager, planned: Planned[]): Promise<Map<string, boolean>> {
  const { rows } = await executeSql<{ ids: string[]; freezes: FreezeTimes[] }>(
    em,
    `select json_agg(a.id) as ids, ${selectFreezes} as freezes
     from applications a
     where a.id = any ($1) and not exists (select from deploy_locks l where l.application_id = a.id)
     group by a.project_id`,
    [planned.map(({ source }) => source.application.id)],
  );
  const now = new Date();
  return new Map(
    rows.flatMap(({ freezes, ids }) => {
      const frozen = freezeAt(freezes, now) !== undefined;
      return ids.map((id): [string, boolean] => [id, frozen]);
    }),
  );
}

/** What the logs of deployments begin with, where it is not known whether they had to be. */
async function addNotes(em: EntityManager, planned: Planned[]): Promise<void> {
  const notes = planned.flatMap(({ id, note }) => (note === undefined ? [] : [{ id, note }]));
  if (notes.length === 0) return;
  await executeSql(
    em,
    `insert into deployment_logs (deployment_id, level, message)
     select id, 'warn', note from jsonb_to_recordset($1::jsonb) as notes (id uuid, note text)`,
    [JSON.stringify(notes)],
  );
}
