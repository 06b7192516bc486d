/** Statements that psql sends one by one, in the database that `\connect` names last. Bodies are between `$shipmate$`. */
export function statementsOf(text: string, database: string): { within: string; statements: string[] }[] {
  const parts: { within: string; statements: string[] }[] = [{ within: database, statements: [] }];
  const pieces = text.split(/(\$shipmate\$[^]*?\$shipmate\$)/);
  let open = '';
  for (const piece of pieces) {
    if (piece.startsWith('$shipmate$')) {
      open += piece;
      continue;
    }
    const [first = '', ...more] = piece.split(/;\n/);
    let rest = open + first;
    for (const next of more) {
      rest = take(rest);
      parts.at(-1)?.statements.push(rest);
      rest = next;
    }
    open = rest;
  }
  const last = take(open).trim();
  if (last) parts.at(-1)?.statements.push(last);
  return parts;

  function take(statement: string): string {
    const [, name, rest] = /^\s*\\connect "([^"]+)"\n([^]*)$/.exec(statement) ?? [];
    if (name === undefined) return statement;
    parts.push({ within: name, statements: [] });
    return rest ?? '';
  }
}
