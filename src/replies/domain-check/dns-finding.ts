import type { DnsCheck } from '../../usecases/domains/domain-checks.ts';
import { allOf } from '../../word-lists.ts';
import type { Finding } from './finding.ts';

/** Where an address leads is decided by who answers there: a router or a balancer may stand before the ingress. */
export function dnsFinding(check: DnsCheck): Finding {
  const { domain, records, answering, own } = check;
  const { addresses, alias } = records;
  if (records.problem) return { part: 'DNS', ...unknown(check) };
  const through = alias ? ` (by its alias ${allOf([alias])})` : '';
  const wrong = addresses.filter((address) => !answering.includes(address) && !own.includes(address));
  if (wrong.length === 0) {
    return { part: 'DNS', state: 'good', text: `\`${domain}\` is at ${allOf(addresses)}${through}.` };
  }
  const next = moved(check) ?? correct(check, wrong);
  const state = wrong.length < addresses.length ? 'warning' : 'wrong';
  return {
    part: 'DNS',
    state,
    text: `\`${domain}\` is at ${allOf(wrong)}${through}, where the ingress does not answer. ${next}`,
  };
}

function unknown({ domain, host, own, records, source }: DnsCheck): Pick<Finding, 'state' | 'text'> {
  if (records.problem === 'silent') {
    return {
      state: 'warning',
      text: 'This host’s name servers do not respond, so DNS cannot be checked. Try again later.',
    };
  }
  if (source && !source.problem) {
    return {
      state: 'warning',
      text:
        `The name servers of \`${domain}\` have its address (${allOf(source.addresses)}), others do not yet. ` +
        'Wait for the change to propagate (usually within an hour), then check again.',
    };
  }
  const asked = host === domain ? '' : ` (\`${host}\` was asked for)`;
  return {
    state: 'wrong',
    text: `DNS does not know \`${domain}\`${asked}. At your DNS provider, add ${wantedRecord(domain, own)}.`,
  };
}

/** The domain's own name servers say what is right already, or something else at least. */
function moved({ records, source, own }: DnsCheck): string | undefined {
  if (!source || source.problem) return undefined;
  const same = source.addresses.toSorted().join() === records.addresses.toSorted().join();
  if (same || !source.addresses.some((address) => own.includes(address))) return undefined;
  return `Its name servers say ${allOf(source.addresses)} already: wait for the change to propagate, then check again.`;
}

function correct({ domain, records, own }: DnsCheck, wrong: string[]): string {
  if (wrong.length < records.addresses.length) {
    const kinds = wrong.every((address) => address.includes(':')) ? 'AAAA' : 'A';
    return `Some visitors land there: remove those ${kinds} records, or let the ingress answer there as well.`;
  }
  if (records.alias) return `Change the alias, or replace it with ${wantedRecord(domain, own)}.`;
  return `Replace the record with ${wantedRecord(domain, own)}, or stop the server that answers there.`;
}

function wantedRecord(domain: string, own: string[]): string {
  if (own.length === 0) return `an A record from \`${domain}\` to the public address of the ingress`;
  const [four] = own.filter((address) => !address.includes(':'));
  const address = four ?? own[0] ?? '';
  const type = address.includes(':') ? 'AAAA' : 'A';
  return `\`${domain} ${type} ${address}\` (or the address by which the internet reaches that one)`;
}
