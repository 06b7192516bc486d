/** e.g. `-- Name: orders; Type: TABLE; Schema: public; Owner: -`; rows come as `-- Data for Name: …`. */
const heading = /^-- (?:Data for )?Name: .*; Type: ([A-Z ]+); Schema: /;
/** Of one run of pg_dump only, since 17.6. */
const session = /^\\(?:un)?restrict /;
const own = new Map([
  ['sequence set', 'sequence positions'],
  ['blobs', 'large objects'],
]);
const cast = /::(?:"[^"]*"|[\w.]+)(?: varying| precision| with(?:out)? time zone)?(?:\(\d+(?:,\d+)?\))?(?:\[\])*/g;

export const structureForm = {
  kindOf: (line: string) => (line.startsWith('-- ') ? kindOf(line) : undefined),
  essence(line: string) {
    if (line === '' || line === '--' || session.test(line)) return undefined;
    // `varchar in ('a', 'b')` is written with one cast of the list the first time, and of its members from then on.
    return line.includes('ARRAY[') && line.includes('::') ? line.replace(cast, '').replace(/[()\s]/g, '') : line;
  },
};

function kindOf(line: string): string | false | undefined {
  if (line === '-- PostgreSQL database dump complete') return false;
  const type = heading.exec(line)?.[1];
  return type && nameOf(type);
}

/** `MATERIALIZED VIEW` → `materialized views`; `POLICY` → `policies` */
function nameOf(type: string): string {
  const name = type.toLowerCase();
  const known = own.get(name);
  if (known !== undefined) return known;
  if (/(?:x|s|data)$/.test(name)) return name.endsWith('x') ? `${name}es` : name;
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`;
}
